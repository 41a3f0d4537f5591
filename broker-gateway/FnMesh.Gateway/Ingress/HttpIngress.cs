using System.Globalization;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using FnMesh.Node.Identity;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Gateway.Ingress;

/// <summary>Makes an envelope of each request, runs the pipeline, and answers what no function answered.</summary>
internal sealed class HttpIngress(
    MeshPipeline pipeline,
    Func<RoutingTable?> table,
    IBroker broker,
    IHttpForwarder forwarder,
    HttpMessageInvoker client,
    Spans spans,
    Instruments instruments,
    Randomness randomness,
    TimeProvider time,
    EdgeCors? cors = null,
    ILoggerFactory? loggers = null,
    KeyedCalls? keys = null,
    ServerLog? server = null,
    int mostUpgraded = ServerLimits.Upgraded,
    CancellationToken stopped = default)
{
    private const string EventsPath = "/events";

    /// <summary>Bytes from which on reading events takes longer than the connections that share the thread should wait.</summary>
    private const int LongToRead = 32 * 1024;

    private readonly LoadGate _load = new();
    private readonly LoadGate _upgraded = new();
    private readonly Shed _shed = new(instruments, randomness, (loggers ?? NullLoggerFactory.Instance).CreateLogger<Shed>(), time);
    private readonly AppendTerminal _append = new(broker);
    private readonly CorsAnswers? _cors = cors is null ? null : new CorsAnswers(cors.Rules);

    /// <summary>What bodies beyond 64 KiB may take, all together, that are kept so that calls can be repeated: 256 MiB.</summary>
    private readonly CopyBudget _kept = new(256 * 1024 * 1024);
    private readonly BodyRoom _room = new(PublishLimits.MaxBytesAtOnce, PublishLimits.MaxBytesOfOneAtOnce);

    /// <summary>Requests that are carried now.</summary>
    public int InFlight => _load.Count;

    /// <summary>A request from outside.</summary>
    public Task HandleEdgeAsync(HttpContext context) => HandleAsync(context, null);

    /// <summary>A request from outside at a port that a Gateway of the policy has.</summary>
    public Task HandleListenerAsync(HttpContext context, int port) => HandleAsync(context, null, port);

    /// <summary>A request of a member.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who the member proved to be.</param>
    public Task HandleMeshAsync(HttpContext context, SpiffeId caller) => HandleAsync(context, caller);

    private async Task HandleAsync(HttpContext context, SpiffeId? caller, int port = 0)
    {
        var current = table();
        using var place = _load.Enter((current ?? RoutingTable.None).MostInFlight, isMember: caller is not null);
        if (!place.IsHeld)
        {
            await _shed.RefuseAsync(context, _load.Count);
            return;
        }

        var started = time.GetTimestamp();
        var request = context.Request;
        var forbidden = new List<string>(0);
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, request.Host.Value ?? string.Empty);
        var isWebSocket = WebSocketConnect.Is(context);
        var refused = Fault(request, target, forbidden, isWebSocket);
        if (caller is null && _cors is not null)
        {
            if (refused is null && CorsAnswers.IsPreflight(request))
            {
                instruments.Preflight(CorsAnswers.Answer(context, cors!.Rules));
                return;
            }

            _cors.Accompany(context);
        }

        var isUpgrade = isWebSocket || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
        using var line = isUpgrade ? _upgraded.Enter(mostUpgraded, isMember: caller is not null) : default;
        if (isUpgrade && !line.IsHeld) refused ??= new(Verdict.Overloaded, "as many connections are upgraded, or about to be, as the gateway carries; try again later", null, TimeSpan.FromSeconds(1));
        var host = caller is not null && Line(request.Headers["dapr-app-id"]) is { Length: > 0 } app ? app.AsMemory() : HostName(request.Host);
        var isGrpc = GrpcCall.Is(request);
        if (isGrpc || isWebSocket) StreamPatience.Grant(context);
        var unread = ReadPatience(request, isGrpc, isMember: caller is not null, out var patience);
        refused ??= unread;
        var proof = caller is null && refused is null && current?.Tokens is { } tokens ? await tokens.CheckAsync(request.Headers.Authorization, context.RequestAborted) : default;
        refused ??= proof.Refused;
        var isEvents = refused is null && target.PathAndQuery.Span[..target.PathLength].SequenceEqual(EventsPath) && (caller is null || IsBroker(host.Span));
        if (current is null) refused ??= new(Verdict.NotReady, "the gateway has no policy yet", null, TimeSpan.FromSeconds(1));

        EventReading events = default;
        using var share = isEvents ? _room.Open(BodySender.Of(context, caller)) : null;
        if (isEvents && refused is null)
        {
            try
            {
                (events, refused) = await ReadEventsAsync(request, share!);
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException)
            {
                refused = BrokenBody.Of(broken) ?? CutShort.Of(stopped);
            }
        }

        var envelope = new Envelope
        {
            Kind = isEvents ? EnvelopeKind.Publish : EnvelopeKind.Call,
            Table = current ?? RoutingTable.None,
            Started = started,
            Exchange = new HttpExchange(context),
            Method = isWebSocket ? WebSocketConnect.Method : request.Method,
            IsGrpc = isGrpc,
            Preflight = CorsAnswers.IsPreflight(request) ? Line(request.Headers.AccessControlRequestMethod) : null,
            Caller = caller?.ToString() ?? proof.Token?.Principal,
            Claims = proof.Token?.Claims,
            IsFromMesh = caller is not null,
            IsFromPerson = caller is { IsUser: true },
            Host = host,
            Port = port,
            ServerName = port != 0 ? context.Features.Get<ITlsHandshakeFeature>()?.HostName : null,
            Target = target.PathAndQuery,
            PathLength = target.PathLength,
            CallerTimeout = patience,
            Stopped = stopped,
            Published = events.Events ?? [],
            RefusedAtIngress = refused,
            Trace = TraceHeaders.Parse(Line(request.Headers.TraceParent), Line(request.Headers.TraceState)),
        };

        ITerminal terminal = isEvents
            ? _append
            : new AttemptLoop(new ForwardAttempt(context, forbidden, forwarder, client, _kept, time, server), spans, randomness, time);
        if (keys is not null && !isEvents) terminal = keys.Over(terminal, context);
        var outcome = await pipeline.RunAsync(envelope, terminal, context.RequestAborted);
        await AnswerAsync(context, envelope, outcome, isGrpc);
    }

    private async ValueTask AnswerAsync(HttpContext context, Envelope envelope, Outcome outcome, bool isGrpc)
    {
        var response = context.Response;
        if (outcome.Verdict is Verdict.Cancelled or Verdict.Stalled or Verdict.Stopped || response.HasStarted)
        {
            // Only an answer that is complete may end like one.
            if (outcome.Verdict != Verdict.Answered) context.Abort();
            return;
        }

        // A peer that is refused as fast as it asks must not keep the thread that other connections wait for.
        if (outcome.Verdict != Verdict.Answered) await Task.Yield();
        // A function's answer has them already.
        if (envelope.Limited is { } limited && (outcome.Verdict != Verdict.Answered || envelope.Kind == EnvelopeKind.Publish)) limited.Headers.Write(response.Headers, limited.Rate);
        if (outcome.Verdict != Verdict.Answered) envelope.Fault?.Tell(response.Headers);
        if (outcome.Verdict != Verdict.Answered && isGrpc) GrpcProblem.Write(response, outcome);
        else if (outcome.Verdict != Verdict.Answered) await Problem.WriteAsync(response, outcome, envelope.Context, context.RequestAborted);
        else if (envelope.Location is { } location) (response.StatusCode, response.Headers.Location) = (outcome.Status!.Value, location);
        else if (envelope is { Preflight: not null, Way: null }) AnswerPreflight(context, envelope);
        else if (envelope.Kind == EnvelopeKind.Publish) response.StatusCode = StatusCodes.Status202Accepted;
    }

    private void AnswerPreflight(HttpContext context, Envelope envelope)
    {
        var isAllowed = CorsAnswers.Answer(context, envelope.Rule!.Cors!);
        if (!envelope.IsFromMesh) instruments.Preflight(isAllowed);
    }

    private async ValueTask<(EventReading Events, Outcome? Refused)> ReadEventsAsync(HttpRequest request, BodyRoom.Share share)
    {
        if (!HttpMethods.IsPost(request.Method)) return (default, new(Verdict.NoRoute, "/events takes POST of CloudEvents only"));
        var tooLarge = new Outcome(Verdict.TooLarge, $"the body is larger than {PublishLimits.MaxBodyBytes} bytes");
        if (request.ContentLength > PublishLimits.MaxBodyBytes) return (default, tooLarge);
        var aborted = request.HttpContext.RequestAborted;
        using var slow = new CancellationTokenSource(PublishLimits.MaxTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, aborted);
        BoundedBody body;
        try
        {
            body = await BoundedBody.ReadAsync(new ResumableStream(request.BodyReader), request.ContentLength, PublishLimits.MaxBodyBytes, share, either.Token);
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";
            return (default, Malformed($"the body did not come within {PublishLimits.MaxTime.TotalSeconds:0} s"));
        }

        if (body.Crowded) return (default, new(Verdict.Overloaded, share.Fault, null, TimeSpan.FromSeconds(1)));
        if (body.Truncated) return (default, tooLarge);
        if (body.Bytes.Length > LongToRead) await Task.Yield();
        var events = CloudEventReader.Read(request.ContentType, EventHeaders.Of(request.Headers), body.Bytes, EventLimits.Default);
        return events.Fault is { } fault ? (default, new(fault.Verdict, fault.Reason)) : (events, null);
    }

    private static Outcome? Fault(HttpRequest request, RequestTarget target, List<string> forbidden, bool isWebSocket)
    {
        if (!request.Host.HasValue) return Malformed("the Host header is empty");
        if (HttpMethods.IsTrace(request.Method) || (HttpMethods.IsConnect(request.Method) && !isWebSocket)) return Malformed($"{request.Method} is not carried");
        // Methods are case-sensitive (RFC 9110, 9.1), and policies see them so; the client towards functions would write 'get' as GET.
        if (request.Method.AsSpan().ContainsAnyInRange('a', 'z')) return Malformed("the method has small letters; methods are case-sensitive");
        if (Framing.Fault(request) is { } unclear)
        {
            // Nothing that follows on this connection has a certain beginning.
            request.HttpContext.Response.Headers.Connection = "close";
            return Malformed(unclear);
        }

        if (target.Fault is { } fault) return Malformed(fault);
        var isHttp2 = HttpProtocol.IsHttp2(request.Protocol);
        foreach (var (name, values) in request.Headers)
        {
            // HTTP/2 pseudo-header fields are not among them.
            if (!HeaderHygiene.IsToken(name)) return Malformed("a header name is not a token");
            if (isHttp2 && Http2Fields.Fault(name, values) is { } field) return Malformed(field);
            if (HeaderHygiene.IsForbidden(name)) forbidden.Add(name);
            if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase)) forbidden.AddRange(HopHeaders.Nominated(values));
        }

        return null;
    }

    /// <summary>How long the caller waits: what gRPC says, and what a member has left of its own caller's time, whichever is less.</summary>
    private static Outcome? ReadPatience(HttpRequest request, bool isGrpc, bool isMember, out TimeSpan? patience)
    {
        patience = null;
        if (isGrpc && !GrpcCall.TryReadTimeout(Line(request.Headers[GrpcCall.TimeoutHeader]), out patience)) return Malformed("grpc-timeout is not up to eight digits and one of H, M, S, m, u and n");
        if (!isMember || Line(request.Headers[DeadlineHeader.Name]) is not { } left) return null;
        if (!int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)) return Malformed($"{DeadlineHeader.Name} is not a number of milliseconds");
        var deadline = TimeSpan.FromMilliseconds(milliseconds);
        if (!(patience < deadline)) patience = deadline;
        return null;
    }

    private static Outcome Malformed(string reason) => new(Verdict.Malformed, reason);

    private static string? Line(StringValues values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => string.Join(',', values.ToArray()),
    };

    private static bool IsBroker(ReadOnlySpan<char> host) => host.Equals(MeshName.Broker, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlyMemory<char> HostName(HostString host)
    {
        var value = host.Value.AsMemory();
        if (value.Span.StartsWith("[")) return value[..(value.Span.IndexOf(']') + 1)];
        var colon = value.Span.LastIndexOf(':');
        return colon < 0 ? value : value[..colon];
    }
}
