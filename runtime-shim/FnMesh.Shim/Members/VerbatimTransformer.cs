using System.Net;
using System.Text;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Shim.Members;

/// <summary>Passes requests and answers on as they came, target byte for byte; only the mesh's own words are taken from those who may not say them.</summary>
internal sealed class VerbatimTransformer : HttpTransformer
{
    private const string OwnPrefix = "fnmesh-";
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly ForwarderRequestConfig Http1 = new() { ActivityTimeout = TimeSpan.FromDays(1), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
    private static readonly ForwarderRequestConfig Http2 = new() { ActivityTimeout = TimeSpan.FromDays(1), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Far beyond what the gateway takes of an answer, which tells its caller of that.</summary>
    private static readonly int MaxHeadKiB = 1024;

    private static readonly object Complete = new();

    private readonly bool _isInbound;

    private VerbatimTransformer(bool isInbound) => _isInbound = isInbound;

    /// <summary>From a gateway to a function: what the function answers in the mesh's name is dropped.</summary>
    public static VerbatimTransformer Inbound { get; } = new(isInbound: true);

    /// <summary>From a function to a gateway: what it says in the mesh's name is dropped there anyway.</summary>
    public static VerbatimTransformer Outbound { get; } = new(isInbound: false);

    /// <summary>Passes a request on: gRPC by HTTP/2, in clear text with prior knowledge, everything else by HTTP/1.1.</summary>
    /// <param name="context">The request, and where its answer goes.</param>
    /// <param name="destination">Scheme and authority.</param>
    /// <param name="forwarder">What copies.</param>
    /// <param name="client">What sends.</param>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask<ForwarderError> PassAsync(HttpContext context, string destination, IHttpForwarder forwarder, HttpMessageInvoker client, CancellationToken cancel = default)
    {
        var isGrpc = GrpcCall.Is(context.Request);
        // A body that a gateway may get over HTTP/2 is one that it may refuse unprocessed.
        if (isGrpc || (!_isInbound && context.Request.ContentLength is > 0 and <= ReplayStream.ShortLength)) context.Request.Body = ReplayStream.Of(context.Request, isResumable: isGrpc);
        var error = await forwarder.SendAsync(context, destination, client, isGrpc ? Http2 : Http1, this, cancel);
        // Who answers may end its answer while the caller still sends: what becomes of the rest says nothing about the answer.
        return context.Items.ContainsKey(Complete) ? ForwarderError.None : error;
    }

    public static HttpMessageInvoker CreateClient(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.ActivityHeadersPropagator = null;
        handler.UseCookies = false;
        handler.UseProxy = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(5);
        handler.EnableMultipleHttp2Connections = true;
        handler.MaxResponseHeadersLength = MaxHeadKiB;
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        return new HttpMessageInvoker(new ReplayHandler(handler));
    }

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        proxyRequest.RequestUri = new Uri(destinationPrefix + PathOf(target), AsWritten);
        // The address names who is asked: the process, or the app in the mesh.
        var headers = proxyRequest.Headers;
        headers.Host = null;
        foreach (var name in HopHeaders.Nominated(httpContext.Request.Headers.Connection))
        {
            // Headers that describe the body pass with it: Remove throws for their names.
            if (headers.NonValidated.Contains(name)) headers.Remove(name);
        }

        // Those of requests end here.
        if (headers.NonValidated.Contains("trailer")) headers.Remove("trailer");
        if (httpContext.Request.Body is ReplayStream body) ReplayHandler.Mark(proxyRequest, body);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copy = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null) return copy;
        // RFC 9110, 8.6: a 204 has no length, and Kestrel would wait for the bytes it announces.
        if (proxyResponse.StatusCode == HttpStatusCode.NoContent) httpContext.Response.Headers.ContentLength = null;
        HopHeaders.End(httpContext.Response, proxyResponse, _isInbound ? IsOwn : null);
        if (GrpcCall.Is(httpContext.Request)) GrpcAnswer.PassHead(httpContext.Response, proxyResponse);
        return copy;
    }

    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        httpContext.Items[Complete] = true;
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        if (_isInbound && httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers) HopHeaders.EndTrailers(trailers, proxyResponse, IsOwn);
    }

    private static bool IsOwn(string name) => name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>A client that takes the door for a proxy sends the absolute form (RFC 9112, 3.2.2).</summary>
    private static string PathOf(string target)
    {
        if (target.StartsWith('/')) return target;
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.AsSpan(authority + 3).IndexOfAny('/', '?');
        return path < 0 ? "/" : target[authority + 3 + path] == '/' ? target[(authority + 3 + path)..] : $"/{target[(authority + 3 + path)..]}";
    }
}
