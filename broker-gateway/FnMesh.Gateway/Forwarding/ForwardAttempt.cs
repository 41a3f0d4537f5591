using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Mirroring;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Endpoint = FnMesh.Gateway.Routing.Endpoint;

namespace FnMesh.Gateway.Forwarding;

/// <summary>Sends a call to an endpoint with YARP's forwarder, and its answer back, unless the answer is held because the call is repeated.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The body is the request's, which the server disposes of.")]
internal sealed class ForwardAttempt : HttpTransformer, IAttempt
{
    // The attempt loop keeps the time; the forwarder's own limit must only never come first.
    private static readonly ForwarderRequestConfig Http1 = Config(HttpVersion.Version11, HttpVersionPolicy.RequestVersionOrLower);
    private static readonly ForwarderRequestConfig Http2 = Config(HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);

    /// <summary>With prior knowledge where there is no TLS.</summary>
    private static readonly ForwarderRequestConfig Grpc = Config(HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

    /// <summary>Tells that another than the route's own backend answered, and why.</summary>
    private const string FailoverHeader = "fnmesh-failover";

    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpContext _context;
    private readonly IHttpForwarder _forwarder;
    private readonly HttpMessageInvoker _client;
    private readonly TimeProvider _time;
    private readonly ServerLog? _server;
    private readonly IReadOnlyList<string> _forbidden;
    private readonly ReplayStream? _body;
    private readonly CopyBudget _kept;
    private readonly bool _isHttp2;
    private readonly bool _isGrpc;
    private readonly bool _isWebSocket;
    private MirrorCopies? _copies;
    private bool _drew;
    private bool _answered;
    private Envelope _envelope = null!;
    private Func<AnswerHead, bool> _hold = null!;
    private Endpoint _endpoint = null!;
    private TraceContext _trace;
    private TimeSpan? _retryAfter;
    private int? _grpc;
    private AttemptResult? _unsent;
    private bool _held;
    private bool _isMember;
    private bool _complete;

    /// <param name="context">The caller's request and where its answer goes.</param>
    /// <param name="forbidden">Names of the request's headers that must not go on.</param>
    /// <param name="kept">What long bodies may take that are kept so that they can be sent again.</param>
    /// <param name="server">Knows why the server ended a connection.</param>
    public ForwardAttempt(HttpContext context, IReadOnlyList<string> forbidden, IHttpForwarder forwarder, HttpMessageInvoker client, CopyBudget kept, TimeProvider time, ServerLog? server = null)
    {
        (_context, _forbidden, _forwarder, _client, _kept, _time, _server) = (context, forbidden, forwarder, client, kept, time, server);
        (_isHttp2, _isGrpc) = (HttpProtocol.IsHttp2(context.Request.Protocol), GrpcCall.Is(context.Request));
        _isWebSocket = WebSocketConnect.Is(context);
        if (_isWebSocket || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }) return;
        context.Request.Body = _body = ReplayStream.Of(context.Request, isResumable: _isHttp2, new ResumableStream(context.Request.BodyReader));
    }

    public bool CanRepeat => _body is null or { CanReplay: true };

    public bool WaitsForCaller => _body is { IsStarved: true };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> SendAsync(
        Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel)
    {
        (_envelope, _hold, _trace, _held, _unsent, _retryAfter, _grpc) = (envelope, hold, trace, false, null, null, null);
        (_complete, _answered) = (false, false);
        (_endpoint, _isMember) = (endpoint, endpoint.Client is not null);
        if (_body is not null)
        {
            if (number == 1) Keep(_body, envelope);
            await _body.RewindAsync(cancel);
        }

        var error = await _forwarder.SendAsync(_context, endpoint.Prefix, endpoint.Client ?? _client, ConfigFor(endpoint), this, cancel);
        if (_answered) _copies?.Send(_body, isLast: true, _client, _time, envelope.Stopped);
        var response = _context.Response;
        if (error == ForwarderError.None && _unsent is not null)
        {
            response.Clear();
            return _unsent;
        }

        // A function may end its answer while the caller still sends: what becomes of the rest says nothing about the answer.
        if (error == ForwarderError.None || _complete)
        {
            // A held answer was never copied, so its status is the one that the transformer saw.
            var answered = new AttemptResult(Outcome.Answered(response.StatusCode, _retryAfter) with { Grpc = _grpc }, endpoint, Unsent: false, Final: !_held);
            if (_held) response.Clear();
            return answered;
        }

        var failure = _context.Features.Get<IForwarderErrorFeature>()?.Exception;
        var result = Failure(error, failure, endpoint, response.HasStarted, envelope.BodyLimit, cancel);
        if (!response.HasStarted) response.Clear();
        return result.Outcome.Verdict == Verdict.Cancelled && _server?.WasTooSlow(_context.Connection.Id) == true
            ? result with { Outcome = new(Verdict.Stalled, "the caller took less than 240 bytes a second of its answer, and was cut off"), Final = true }
            : result;
    }

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(string.Concat(destinationPrefix, _envelope.Rewritten is { } rewritten ? rewritten.AsSpan() : _envelope.Target.Span), Verbatim);
        var headers = proxyRequest.Headers;
        foreach (var name in _forbidden)
        {
            // Headers that describe the body pass with it: Remove throws for their names, which a caller may write into Connection.
            if (headers.NonValidated.Contains(name)) headers.Remove(name);
        }

        if (_body is not null) ReplayHandler.Mark(proxyRequest, _body);
        var request = httpContext.Request;
        headers.Host = null;
        // Those of requests end here: what announces them would promise what never comes.
        if (headers.NonValidated.Contains("trailer")) headers.Remove("trailer");
        Set(headers, "traceparent", TraceHeaders.Format(_trace));
        Set(headers, "tracestate", TraceState.Format(_trace));
        headers.TryAddWithoutValidation("fnmesh-principal", _envelope.Principal);
        if (_envelope.Deadline is { } deadline)
        {
            var left = _time.GetElapsedTime(_time.GetTimestamp(), deadline);
            headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(left));
            if (_isGrpc) Set(headers, GrpcCall.TimeoutHeader, GrpcCall.FormatTimeout(left));
        }

        headers.TryAddWithoutValidation("x-forwarded-host", request.Host.Value);
        headers.TryAddWithoutValidation("x-forwarded-proto", request.Scheme);
        if (httpContext.Connection.RemoteIpAddress is { } remote) headers.TryAddWithoutValidation("x-forwarded-for", (remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote).ToString());
        _envelope.Rule?.Filters?.ChangeRequest(proxyRequest);
        _envelope.Way?.Filters?.ChangeRequest(proxyRequest);
        if (!_drew && !_isWebSocket) _copies = MirrorCopies.Draw(_envelope, proxyRequest, _isGrpc);
        _drew = true;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (_isMember && (_unsent = EndpointWord.Of(proxyResponse, _endpoint, _time)) is not null) return false;

        _retryAfter = RetryAfter.Of(proxyResponse, _time);
        if (_isGrpc) _grpc = GrpcStatus.Of(proxyResponse.Headers);
        if (_hold(new((int)proxyResponse.StatusCode, _retryAfter, _grpc)))
        {
            httpContext.Response.StatusCode = (int)proxyResponse.StatusCode;
            _held = true;
            return false;
        }

        _answered = true;
        _copies?.Send(_body, isLast: false, _client, _time, _envelope.Stopped);
        var copy = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        // RFC 9110, 8.6: a 204 has no length, and Kestrel would wait for the bytes it announces.
        if (proxyResponse.StatusCode == HttpStatusCode.NoContent) httpContext.Response.Headers.ContentLength = null;
        HopHeaders.End(httpContext.Response, proxyResponse, HeaderHygiene.IsForbiddenInAnswers);
        _envelope.Way?.Filters?.ChangeAnswer(httpContext.Response.Headers);
        _envelope.Rule?.Filters?.ChangeAnswer(httpContext.Response.Headers);
        if (_envelope.Session is { } session) SessionAnswer.Accompany(httpContext.Response, session, _endpoint);
        if (_envelope.Limited is { } limited) limited.Headers.Write(httpContext.Response.Headers, limited.Rate);
        _envelope.Fault?.Tell(httpContext.Response.Headers);
        if (_envelope.FailedOverFrom is not null) httpContext.Response.Headers[FailoverHeader] = VerdictName.Of(_envelope.FailedOverFor);
        if (_isGrpc) GrpcAnswer.PassHead(httpContext.Response, proxyResponse);
        return copy;
    }

    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        _complete = true;
        if (_isGrpc) _grpc ??= GrpcStatus.Of(proxyResponse.TrailingHeaders);
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers) return;
        HopHeaders.EndTrailers(trailers, proxyResponse, HeaderHygiene.IsForbiddenInAnswers);
    }

    /// <summary>
    /// A call of gRPC needs HTTP/2 to the end. What else came over it goes on over it where TLS can agree on that. Members get what has no body, or a short one, over it too, which costs both ends less
    /// and needs a handshake for a hundred calls at once, not for each; other bodies stay on connections of their own, where one that is not read holds up no other.
    /// </summary>
    private ForwarderRequestConfig ConfigFor(Endpoint endpoint)
    {
        if (_isGrpc) return Grpc;
        // To be matched as GET is to be sent as GET, which only HTTP/1.1 does with a WebSocket.
        if (_isWebSocket) return Http1;
        if (_isHttp2) return endpoint.Base.Scheme == Uri.UriSchemeHttps ? Http2 : Http1;
        return _isMember && _body is null or { IsShort: true } && _context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } ? Http2 : Http1;
    }

    private static ForwarderRequestConfig Config(Version version, HttpVersionPolicy policy) => new() { ActivityTimeout = TimeSpan.FromDays(1), Version = version, VersionPolicy = policy };

    /// <summary>As much as repetitions and mirrors need.</summary>
    private void Keep(ReplayStream body, Envelope envelope)
    {
        var way = envelope.Way!;
        if (way.Resilience.RetryBodyBytes is not { } most) return;
        if (most < ReplayStream.Capacity && (envelope.Rule?.Mirrors ?? way.Mirrors) is not null) return;
        body.KeepUpTo(most, _kept);
        if (most > ReplayStream.Capacity) _context.Response.RegisterForDispose(body);
    }

    private static AttemptResult Failure(ForwarderError error, Exception? failure, Endpoint endpoint, bool started, BodyLimit? limit, CancellationToken cancel)
    {
        if (error is ForwarderError.RequestBodyClient && BrokenBody.Of(failure, limit) is { } broken) return new(broken, endpoint, Unsent: false, Final: true);
        if (cancel.IsCancellationRequested) return new(new(Verdict.Cancelled, "the caller went away"), endpoint, Unsent: false, Final: started);
        switch (error)
        {
            case ForwarderError.RequestBodyClient:
            case ForwarderError.ResponseBodyClient:
            case ForwarderError.RequestBodyCanceled:
            case ForwarderError.ResponseBodyCanceled:
            case ForwarderError.RequestCanceled:
            case ForwarderError.UpgradeRequestClient:
            case ForwarderError.UpgradeResponseClient:
                return new(new(Verdict.Cancelled, "the caller went away"), endpoint, Unsent: false, Final: true);
            default:
                var unsent = ConnectFailure.Is(failure);
                return new(new(Verdict.Unreachable, ConnectFailure.Text(failure, endpoint, unsent), Unsent: unsent), endpoint, unsent, started) { Refused = ConnectFailure.IsRefusal(failure) };
        }
    }

    private static void Set(System.Net.Http.Headers.HttpRequestHeaders headers, string name, string? value)
    {
        headers.Remove(name);
        if (value is not null) headers.TryAddWithoutValidation(name, value);
    }
}
