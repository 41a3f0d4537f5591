using System.Security.Cryptography;
using System.Text;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Pipeline;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Idempotency;

/// <summary>
/// A call with an <c>Idempotency-Key</c>: the first one with a key runs, to its end even when its caller goes away, and its answer is kept; who comes again with the same gets that.
/// </summary>
internal sealed partial class KeyedCall(ITerminal terminal, HttpContext context, KeyStore store, CopyBudget copies, ILogger log, TimeProvider time) : ITerminal
{
    /// <summary>Tells callers that the function was not run again.</summary>
    private const string ReplayHeader = "fnmesh-replayed";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long a call that has no time limit goes on without its caller: as long as calls have by default.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(100);

    private readonly ILogger _log = log;

    public async ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel)
    {
        if (envelope.IdempotencyKey is not { } key || envelope.Way?.Idempotency is not { } policy) return await terminal.RunAsync(envelope, cancel);
        byte[]? payload;
        var limit = CallTime.Of(envelope, envelope.Way);
        using var request = new Deadline(limit.Limit, time, cancel);
        try
        {
            payload = await PayloadAsync(envelope, request.Token);
        }
        catch (OperationCanceledException) when (request.Passed)
        {
            return new(Verdict.Timeout, $"the body did not come within {limit.Limit!.Value.TotalMilliseconds:0} ms ({limit.Whose})");
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return BrokenBody.Of(broken, envelope.BodyLimit) ?? CutShort.Of(envelope);
        }

        if (payload is null) return new(Verdict.TooLarge, $"with an {KeyedCalls.Header} a body may have {ReplayStream.Capacity} bytes: it is compared with that of a later call of the same key");
        var id = IdOf(envelope, key);
        KeyClaim claim;
        try
        {
            claim = await store.ClaimAsync(id, payload, policy.KeepFor);
        }
        catch (KeyStoreException full)
        {
            return new(Verdict.Overloaded, full.Message, null, Pause);
        }

        return claim.State == KeyState.Fresh ? await RunAsync(envelope, id)
            : !claim.IsSamePayload ? Conflict(422, "the key was used for another call: the host, the method, the path, the query, the content type, the body or the route's rule that took it differ; take a new key for each call")
            : claim.State switch
            {
                KeyState.Done => await ReplayAsync(envelope, claim.Answer!, cancel),
                KeyState.Running => Conflict(409, "the first call with the key is still under way; come again for its answer", Pause),
                KeyState.Unkept => Conflict(409, $"the first call with the key was answered, and not run again; its answer was not kept, because it was longer than {KeptAnswer.MaxBodyBytes} bytes or too many were on their way"),
                KeyState.Unknown => Conflict(409, "the first call with the key was sent and nobody knows what became of it; find out, and take another key to run it again"),
                _ => new(Verdict.Overloaded, "as many idempotency keys are kept as may be; try again later, or shorten 'idempotency.keepFor'", null, Pause),
            };
    }

    /// <summary>Runs it whoever waits, and keeps what it was answered.</summary>
    private async ValueTask<Outcome> RunAsync(Envelope envelope, byte[] id)
    {
        // From here on the call belongs to its key: a caller that goes away comes back for the answer.
        var own = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        using var alone = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(envelope.Stopped, alone.Token);
        using var gone = envelope.Way!.Resilience.Request is null ? own.RequestAborted.UnsafeRegister(static call => ((CancellationTokenSource)call!).CancelAfter(Alone), alone) : default;
        var lifetime = new Detached(own, either.Token);
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var body = context.Response.Body;
        using var kept = new KeptBody(body, copies);
        context.Response.Body = kept;
        var outcome = new Outcome(Verdict.Bug, null);
        try
        {
            return outcome = await terminal.RunAsync(envelope, either.Token);
        }
        finally
        {
            context.Response.Body = body;
            lifetime.RequestAborted = envelope.Stopped;
            await FinishAsync(envelope, outcome, id, kept);
        }
    }

    private async ValueTask FinishAsync(Envelope envelope, Outcome outcome, byte[] id, KeptBody kept)
    {
        try
        {
            if (outcome is { Verdict: Verdict.Answered, Status: < 500 and not (408 or 425 or 429) })
                await store.FinishAsync(id, kept.Whole is null ? KeyState.Unkept : KeyState.Done, kept.Whole is { } body ? new KeptAnswer(outcome.Status.Value, Headers(), body) : null);
            else if (outcome.Verdict == Verdict.Bug || envelope.Attempts.Any(static attempt => attempt is { Unsent: false, Status: null }))
                await store.FinishAsync(id, KeyState.Unknown, null);
            else
                await store.ForgetAsync(id);
        }
        catch (KeyStoreException lost)
        {
            // The key stays taken: that it ran twice would be worse.
            LogLost(lost.Message);
        }
    }

    private async ValueTask<Outcome> ReplayAsync(Envelope envelope, KeptAnswer answer, CancellationToken cancel)
    {
        envelope.IsReplayed = true;
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) response.Headers.Append(name, value);
        response.Headers[ReplayHeader] = "true";
        if (envelope.Limited is { } limited) limited.Headers.Write(response.Headers, limited.Rate);
        if (answer.Status is not (204 or 304)) response.ContentLength = answer.Body.Length;
        if (answer.Body.Length > 0) await response.Body.WriteAsync(answer.Body, cancel);
        return Outcome.Answered(answer.Status);
    }

    /// <summary>What an answer says of itself, rather than of the connection, the moment or the mesh.</summary>
    private List<KeyValuePair<string, string>> Headers()
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach (var (name, values) in context.Response.Headers)
        {
            if (name.ToLowerInvariant() is "date" or "connection" or "keep-alive" or "transfer-encoding" or "content-length" or "ratelimit" or "ratelimit-policy" || HeaderHygiene.IsForbiddenInAnswers(name)) continue;
            foreach (var value in values) headers.Add(new(name, value ?? ""));
        }

        return headers;
    }

    private static Outcome Conflict(int status, string reason, TimeSpan? retryAfter = null) => new(Verdict.Conflict, reason, status, retryAfter);

    /// <summary>Reads the body to its end; it is sent from what was kept of it.</summary>
    /// <returns>A digest of everything that makes the call; null when the body is longer than what is kept.</returns>
    private async ValueTask<byte[]?> PayloadAsync(Envelope envelope, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Functions tell tenants apart by the host, and rules by headers: what the one is answered is nothing for the other.
        digest.AppendData(Encoding.UTF8.GetBytes($"{envelope.Host.ToString().ToUpperInvariant()}\n{envelope.Rule?.Section}\n{envelope.Method}\n{envelope.Target}\n{envelope.Exchange?.Header("content-type")}\n"));
        if (context.Request.ContentLength > ReplayStream.Capacity) return null;
        if (context.Request.Body is not ReplayStream body) return digest.GetHashAndReset();
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (await body.ReadAsync(buffer, cancel) is var read and > 0)
        {
            length += read;
            if (length > ReplayStream.Capacity) return null;
            digest.AppendData(buffer.AsSpan(0, read));
        }

        return digest.GetHashAndReset();
    }

    /// <summary>A key belongs to a route and to who calls; what proves an anonymous caller to the function counts too.</summary>
    private static byte[] IdOf(Envelope envelope, string key) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{envelope.Rule?.Route}\n{envelope.Principal}\n{envelope.Exchange?.Header("authorization")}\n{key}"));

    [LoggerMessage(LogLevel.Error, "the answer to a call with an Idempotency-Key was not kept, and the key stays taken: {Reason}")]
    private partial void LogLost(string reason);

    /// <summary>A request that ends with its call, and not with its caller.</summary>
    private sealed class Detached(IHttpRequestLifetimeFeature own, CancellationToken ended) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = ended;

        public void Abort() => own.Abort();
    }
}
