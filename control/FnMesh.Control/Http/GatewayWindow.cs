using System.Net;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Http;

/// <summary>Passes questions about events, dead letters, replays, traces, decisions and metrics on to a gateway, which keeps what they ask for; and what is to be done with dead letters and replays.</summary>
internal sealed class GatewayWindow : IDisposable
{
    private const string GatewayHost = "gateway";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly string[] Paths = ["/metrics", "/api/v1/events/{**rest}", "/api/v1/deadletters/{**rest}", "/api/v1/deliveries/{subscription}", "/api/v1/replays/{**rest}", "/api/v1/traces/{**rest}", "/api/v1/explain/call"];
    private static readonly string[] Changed = ["/api/v1/deadletters/{**rest}", "/api/v1/replays/{**rest}", "/api/v1/explain/event"];
    private static readonly string[] Changing = [HttpMethods.Post, HttpMethods.Delete];
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Func<Uri?> _gateway;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;

    /// <param name="credentials">Control's.</param>
    /// <param name="gateway">The mesh listener of a gateway that can be asked now; null for none.</param>
    /// <param name="refused">Told why a peer was not taken for a gateway.</param>
    /// <param name="time">The clock.</param>
    public GatewayWindow(NodeCredentials credentials, Func<Uri?> gateway, Action<string> refused, TimeProvider time)
    {
        (_gateway, _time) = (gateway, time);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = MeshTls.Client(credentials, static id => id.IsGateway, refused),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            UseProxy = false,
        });
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        Array.ForEach(Paths, path => routes.MapGet(path, AskAsync));
        Array.ForEach(Changed, path => routes.MapMethods(path, Changing, AskAsync));
    }

    public void Dispose() => _client.Dispose();

    private async Task AskAsync(HttpContext context)
    {
        if (_gateway() is not { } gateway)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "No gateway", "no gateway is connected to control, and gateways keep what this asks for; start one, or wait until it has joined");
            return;
        }

        using var deadline = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            await PassAsync(context, gateway, either.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var cause = failure is HttpRequestException ? failure.Message : $"no answer within {Timeout.TotalSeconds:0} s";
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status502BadGateway, "Gateway does not answer", $"the gateway at {gateway.GetLeftPart(UriPartial.Authority)} cannot be asked: {cause}");
        }
    }

    private async Task PassAsync(HttpContext context, Uri gateway, CancellationToken cancel)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var question = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(gateway.GetLeftPart(UriPartial.Authority) + target, AsWritten)) { Version = HttpVersion.Version20 };
        question.Headers.Host = GatewayHost;
        // The gateway bounds what it takes.
        if (!HttpMethods.IsGet(context.Request.Method)) question.Content = new StreamContent(context.Request.Body);
        using var answer = await _client.SendAsync(question, cancel);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.Headers.CacheControl = "no-store";
        await answer.Content.CopyToAsync(context.Response.Body, cancel);
    }
}
