using System.Net;
using System.Net.Http.Headers;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Node.Http;
using FnMesh.Node.Members;

namespace FnMesh.Gateway.Mirroring;

/// <summary>
/// The copies of one call. They are made of what the function was sent, once it has answered, and go their own way with their own time: no caller waits for them, and what
/// becomes of them is only counted.
/// </summary>
internal sealed class MirrorCopies
{
    /// <summary>Tells functions that nobody sees their answer.</summary>
    private const string Header = "fnmesh-mirrored";

    /// <summary>How much of an answer is read, so that the connection can be used again.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>What a copy does not take over: it has a time and a body of its own.</summary>
    private static readonly string[] NotCopied = [DeadlineHeader.Name, GrpcCall.TimeoutHeader, "expect", "transfer-encoding", "content-length"];

    private readonly List<(Mirror Mirror, Way Way)> _to;
    private readonly HttpMethod _method;
    private readonly string _target;
    private readonly List<(string Name, string[] Values)> _headers = [];
    private readonly List<(string Name, string[] Values)> _contentHeaders = [];
    private readonly bool _isGrpc;
    private bool _done;

    private MirrorCopies(List<(Mirror Mirror, Way Way)> to, HttpRequestMessage request, string target, bool isGrpc)
    {
        (_to, _method, _target, _isGrpc) = (to, request.Method, target, isGrpc);
        Copy(request.Headers, _headers);
        if (request.Content is { } content) Copy(content.Headers, _contentHeaders);
    }

    /// <summary>Draws who gets a copy of a call that is about to be sent.</summary>
    /// <param name="envelope">The call.</param>
    /// <param name="request">As the function gets it.</param>
    /// <param name="isGrpc">Whether it is a call of gRPC.</param>
    /// <returns>Null for nobody.</returns>
    public static MirrorCopies? Draw(Envelope envelope, HttpRequestMessage request, bool isGrpc)
    {
        var (rule, way) = (envelope.Rule?.Mirrors, envelope.Way?.Mirrors);
        if (rule is null && way is null) return null;
        List<(Mirror, Way)>? to = null;
        foreach (var mirror in (Mirror[])[.. rule ?? [], .. way ?? []])
        {
            if (mirror.Draw(envelope) is { } drawn) (to ??= []).Add((mirror, drawn));
        }

        return to is null ? null : new(to, request, envelope.Rewritten ?? envelope.Target.ToString(), isGrpc);
    }

    /// <summary>Sends them, once.</summary>
    /// <param name="body">What the call's body is kept in; null when it has none.</param>
    /// <param name="isLast">Whether the body gets no further: what has not ended now is not copied.</param>
    /// <param name="client">For endpoints that prove nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopped">The gateway ends.</param>
    public void Send(ReplayStream? body, bool isLast, HttpMessageInvoker client, TimeProvider time, CancellationToken stopped)
    {
        if (_done) return;
        var bytes = body is null ? null : body.Whole();
        if (body is not null && bytes is null)
        {
            if (!isLast) return;
            _done = true;
            foreach (var (mirror, _) in _to) mirror.Instruments.Count(MirrorResult.TooLarge);
            return;
        }

        _done = true;
        foreach (var (mirror, way) in _to)
        {
            // On another thread: the caller's does nothing for copies but this.
            if (mirror.TryEnter()) _ = Task.Run(() => SendAsync(mirror, way, bytes, client, time, stopped), CancellationToken.None);
        }
    }

    private async Task SendAsync(Mirror mirror, Way way, byte[]? body, HttpMessageInvoker client, TimeProvider time, CancellationToken stopped)
    {
        try
        {
            mirror.Instruments.Count(way.Balancer.Pick(null) is { } endpoint ? await SendAsync(way, endpoint, body, client, time, stopped) : MirrorResult.NoEndpoint);
        }
#pragma warning disable CA1031 // Whatever becomes of a copy breaks nothing else.
        catch (Exception)
#pragma warning restore CA1031
        {
            mirror.Instruments.Count(MirrorResult.Failed);
        }
        finally
        {
            mirror.Busy.Leave();
        }
    }

    private async Task<MirrorResult> SendAsync(Way way, Endpoint endpoint, byte[]? body, HttpMessageInvoker client, TimeProvider time, CancellationToken stopped)
    {
        var started = time.GetTimestamp();
        var limit = Mirror.TimeOf(way);
        using var timer = new CancellationTokenSource(limit, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopped);
        using var request = Request(endpoint, body, limit);
        endpoint.State.Begin();
        try
        {
            using var answer = await (endpoint.Client ?? client).SendAsync(request, cancel.Token);
            await BoundedBody.ReadAsync(answer.Content, MaxAnswerBytes, cancel.Token);
            return MirrorResult.Sent;
        }
        finally
        {
            // Copies judge nobody: an endpoint that fails them may serve callers well.
            endpoint.State.End();
            endpoint.State.Unheard(started);
        }
    }

    private HttpRequestMessage Request(Endpoint endpoint, byte[]? body, TimeSpan limit)
    {
        var request = new HttpRequestMessage(_method, new Uri(string.Concat(endpoint.Prefix, _target), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (_isGrpc) (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        foreach (var (name, values) in _headers) request.Headers.TryAddWithoutValidation(name, values);
        request.Headers.TryAddWithoutValidation(Header, "true");
        request.Headers.TryAddWithoutValidation(DeadlineHeader.Name, DeadlineHeader.Write(limit));
        if (_isGrpc) request.Headers.TryAddWithoutValidation(GrpcCall.TimeoutHeader, GrpcCall.FormatTimeout(limit));
        if (body is null) return request;
        request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in _contentHeaders) request.Content.Headers.TryAddWithoutValidation(name, values);
        return request;
    }

    private static void Copy(HttpHeaders from, List<(string Name, string[] Values)> to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!NotCopied.Contains(name, StringComparer.OrdinalIgnoreCase)) to.Add((name, [.. values]));
        }
    }
}
