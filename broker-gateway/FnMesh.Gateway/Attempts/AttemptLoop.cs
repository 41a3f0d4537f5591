using System.Runtime.CompilerServices;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tracing;
using Grpc.Core;

namespace FnMesh.Gateway.Attempts;

/// <summary>
/// Tries to reach a backend until it answers, time is up, or nothing is left to try with. The first attempt runs bare;
/// what follows a failure that is worth repeating runs in the way's <see cref="Way.Repeat"/>.
/// A call that was not sent because nobody of its backend can be reached waits for who comes next; that is no repetition.
/// </summary>
internal sealed class AttemptLoop : ITerminal
{
    private readonly IAttempt _attempt;
    private readonly Spans _spans;
    private readonly Randomness _randomness;
    private readonly TimeProvider _time;
    private readonly Func<AnswerHead, bool> _hold;
    private Envelope _envelope = null!;
    private Way _way = null!;
    private Balancer _balancer = null!;
    private Endpoint? _last;
    private Endpoint? _trial;
    private AttemptResult? _first;
    private long? _headAt;
    private int _number;
    private int _unsent;
    private long? _waitingSince;
    private bool _held;

    public AttemptLoop(IAttempt attempt, Spans spans, Randomness randomness, TimeProvider time)
    {
        (_attempt, _spans, _randomness, _time) = (attempt, spans, randomness, time);
        _hold = Hold;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel)
    {
        (_envelope, _way) = (envelope, envelope.Way!);
        _balancer = _way.Balancer;
        var timeout = Time.Limit;
        if (timeout is { } limit) envelope.Deadline = envelope.Started + (long)(limit.TotalSeconds * _time.TimestampFrequency);
        // A body that belongs to a key was waited for already, in the same time.
        if (envelope.IdempotencyKey is not null && timeout is { } whole) timeout = Left(whole);
        using var request = new Deadline(timeout, _time, cancel);
        if (envelope.Fault is { } fault && await fault.WaitAsync(envelope, request, _time) is { } injected) return injected;
        _way.Budget.Call();
        var result = await TryAsync(request);
        if (!result.Repeat) return result.Outcome;

        try
        {
            // Polly is handed the failure that brought us here as its first result, and waits before it asks for another.
            _first = result;
            result = await _way.Repeat!.ExecuteAsync(static (loop, _) => loop.Self.NextAsync(loop.Request), (Self: this, Request: request), request.Token);
            return result.Outcome;
        }
        catch (OperationCanceledException) when (request.Token.IsCancellationRequested)
        {
            return Ended(request);
        }
    }

    private ValueTask<AttemptResult> NextAsync(Deadline request)
    {
        if (_first is not { } first) return TryAsync(request);
        _first = null;
        return new(first);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> TryAsync(Deadline request)
    {
        var way = _way;
        if (way.Breaker is not { } breaker) return await ReachAsync(request);

        if (!breaker.TryEnter(out var probe, out var retryAfter))
        {
            var refused = new Outcome(Verdict.BreakerOpen, $"the circuit breaker of {way.Backend.Name} is open: too many of its last calls failed", null, retryAfter);
            _envelope.Record(new(_time.GetUtcNow(), TimeSpan.Zero, null, null, refused.Verdict, refused.Reason) { Unsent = true });
            return new(refused, null, Unsent: true, Final: false);
        }

        AttemptResult? result = null;
        try
        {
            return result = await ReachAsync(request);
        }
        finally
        {
            // Also after a bug: a probe that is never given back keeps the breaker open for ever.
            if (result is null || _way != way || !Judges(result.Outcome, request)) breaker.Abandon(probe);
            else breaker.Report(IsFailure(result.Outcome), probe);
        }
    }

    /// <summary>Whether an outcome says anything of the backend, rather than of the caller or of nobody. Whose time the caller chose, or who sent too slowly, has failed nobody: otherwise callers could open breakers and have endpoints left alone.</summary>
    private bool Judges(in Outcome outcome, Deadline request) => outcome.Verdict switch
    {
        Verdict.Cancelled or Verdict.Stalled or Verdict.Stopped or Verdict.NoEndpoint or Verdict.NotReady => false,
        Verdict.Malformed or Verdict.TooLarge => _envelope.Kind != EnvelopeKind.Call,
        Verdict.Timeout => !(request.Passed && CallerIsFirst) && !_attempt.WaitsForCaller,
        // A function that minds the time which it is told may say so before the gateway does.
        _ => outcome.Grpc != (int)StatusCode.DeadlineExceeded || !CallerIsFirst,
    };

    /// <summary>One attempt, and what follows while nothing could be sent because nobody is there: the failover, or a wait for who comes next.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> ReachAsync(Deadline request)
    {
        AttemptResult? result = null;
        _held = false;
        while (result is null || (result is { Unsent: true, Refused: false, Final: false } && _attempt.CanRepeat))
        {
            if (!_balancer.AnyStands && _way.Vacancy is { } vacancy && _envelope.Kind == EnvelopeKind.Call)
            {
                if (!FailsOver())
                {
                    _waitingSince ??= _time.GetTimestamp();
                    var next = await vacancy.NextAsync(Vacancy.Longest - _time.GetElapsedTime(_waitingSince.Value), request.Token);
                    if (next.IsFull) return Full();
                    if (request.Token.IsCancellationRequested)
                    {
                        next.Trial?.State.Unheard(_time.GetTimestamp());
                        return request.Passed ? result ?? Nowhere() : new(Ended(request), null, Unsent: true, Final: false);
                    }

                    if (next.IsOver && result is not null) break;
                    (_balancer, _trial) = (_way.Balancer.Among(vacancy.Endpoints), next.Trial);
                }
            }
            else if (result is not null)
            {
                break;
            }

            if (result is not null) _unsent++;
            result = await TraceAsync(request);
        }

        var outcome = result.Outcome;
        result.Repeat = _held || (!result.Final && outcome.Verdict is Verdict.Unreachable or Verdict.Timeout or Verdict.Overloaded && IsWorthRepeating(new(VerdictStatus.Of(outcome.Verdict), outcome.RetryAfter), result));
        return result;
    }

    /// <summary>Whether another app or revision takes the call, which must be allowed to.</summary>
    private bool FailsOver()
    {
        if (_way.Failover is not { } failover || _envelope.IsInvocation || failover.Choose() is not { } other || !AuthorizeStage.MayReach(_envelope, other)) return false;
        _envelope.FailOver(other, Verdict.NoEndpoint);
        (_way, _balancer, _last) = (other, other.Balancer, null);
        return true;
    }

    private AttemptResult Full()
    {
        var full = new Outcome(Verdict.Overloaded, $"nobody of {_way.Backend.Name} can be reached, and as many calls wait for the next endpoint as may; try again later", null, TimeSpan.FromSeconds(1), Unsent: true);
        _envelope.Record(new(_time.GetUtcNow(), TimeSpan.Zero, null, null, full.Verdict, full.Reason) { Unsent = true });
        return new(full, null, Unsent: true, Final: false) { Refused = true };
    }

    private AttemptResult Nowhere()
    {
        var reason = $"{_way.Backend.Name} {(_way.Backend.WasReady ? "has no endpoint that is ready" : "is still starting: it has had no endpoint yet")}; see 'fnmesh logs {_way.Backend.App}'";
        return new(new(Verdict.NoEndpoint, reason, null, TimeSpan.FromSeconds(1)), null, Unsent: true, Final: false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> TraceAsync(Deadline request)
    {
        _number++;
        _held = false;
        var (startedAt, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        var span = _spans.StartAttempt(_envelope.Span, _number);
        var result = await SendAsync(request, TraceContext.Onward(span, _envelope.Context, _randomness));
        var outcome = result.Outcome;
        var attempt = new AttemptRecord(startedAt, _time.GetElapsedTime(started), result.Endpoint?.Base, outcome.Status, outcome.Verdict, outcome.Reason) { Unsent = result.Unsent, Revision = _way.Backend.Revision, Grpc = outcome.Grpc };
        _envelope.Record(attempt);
        Spans.SetBackend(span, _way.Backend.App, _way.Backend.Revision ?? string.Empty);
        Spans.FinishAttempt(span, attempt);
        _way.Backend.Instruments.Attempted(outcome.Verdict);
        if (_number > 1) _way.Backend.Instruments.Retries.Add();
        return result;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> SendAsync(Deadline request, TraceContext trace)
    {
        if ((_trial ?? Sticky ?? _balancer.Pick(_last)) is not { } endpoint) return Nowhere();
        (_last, _trial) = (endpoint, null);
        _headAt = null;
        var (state, started) = (endpoint.State, _time.GetTimestamp());
        state.Begin();
        var isJudged = false;
        try
        {
            var result = _way.Resilience.BackendRequest is { } timeout
                ? await SendAsync(timeout, request, endpoint, trace)
                : await _attempt.SendAsync(_envelope, endpoint, _number, trace, _hold, request.Token);
            if (result.Outcome.Verdict == Verdict.Cancelled) result = result with { Outcome = Ended(request) };
            isJudged = Judge(endpoint, result, started, request);
            return result;
        }
        finally
        {
            state.End();
            if (!isJudged) state.Unheard(started);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> SendAsync(TimeSpan timeout, Deadline request, Endpoint endpoint, TraceContext trace)
    {
        using var attempt = new Deadline(timeout, _time, request.Token);
        var result = await _attempt.SendAsync(_envelope, endpoint, _number, trace, _hold, attempt.Token);
        return result.Outcome.Verdict == Verdict.Cancelled && attempt.Passed
            ? result with { Outcome = new(Verdict.Timeout, $"{_way.Backend.Name} did not answer within {timeout.TotalMilliseconds:0} ms (backendRequest)") }
            : result;
    }

    /// <summary>Tells the balancer what an attempt found. What the caller or its own patience ended only says how long it took at least.</summary>
    private bool Judge(Endpoint endpoint, AttemptResult result, long started, Deadline request)
    {
        var outcome = result.Outcome;
        if (result is { Unsent: true, Refused: false })
        {
            endpoint.State.Unreachable();
            return true;
        }

        var failed = IsFailure(outcome);
        if (!result.Refused) endpoint.State.Latency.Note(_time.GetElapsedTime(started, _headAt ?? _time.GetTimestamp()), failed: outcome.Status is null ? _headAt is null : failed);
        if (!Judges(outcome, request)) return false;
        _balancer.Report(endpoint, failed, started);
        return true;
    }

    private static bool IsFailure(in Outcome outcome) => outcome.Status is >= 500 || outcome.Verdict != Verdict.Answered || (outcome.Grpc is { } code && GrpcStatus.IsFailure(code));

    private bool Hold(AnswerHead head)
    {
        _headAt = _time.GetTimestamp();
        return _held = IsWorthRepeating(head, failed: null);
    }

    private bool IsWorthRepeating(AnswerHead head, AttemptResult? failed)
    {
        var retryAfter = head.RetryAfter;
        var policy = _way.Resilience;
        if (_number - _unsent > policy.RetryAttempts || !_attempt.CanRepeat) return false;
        if (failed is not { Unsent: true } && !(IsListed(head) && (policy.RetryUnsafeMethods || IsIdempotent(_envelope.Method) || _way.Backend.Repeatable.Holds(_envelope.Method, _envelope.PathOnward)))) return false;
        if (retryAfter > RetryPipeline.MaxDelay) return false;
        var wait = retryAfter > policy.RetryBackoff ? retryAfter.Value : policy.RetryBackoff;
        if (_envelope.Deadline is { } deadline && _time.GetElapsedTime(_time.GetTimestamp(), deadline) <= wait) return false;
        // What never left goes for nothing to an endpoint that stands; the budget is for what may overload who is slow or gone.
        return (failed is { Unsent: true, Refused: false } && _balancer.AnyStands) || _way.Budget.TryRepeat();
    }

    /// <summary>Who has the call's session, at the first attempt.</summary>
    private Endpoint? Sticky => _last is null && _envelope.Session?.Endpoint is { State.Stands: true } endpoint && _envelope.FailedOverFrom is null ? endpoint : null;

    private bool IsListed(AnswerHead head) => head.Grpc is { } code ? _balancer.Policy.GrpcCodes.Contains(code) : _way.Resilience.RetryCodes.Contains(head.Status);

    private Outcome Ended(Deadline request)
    {
        if (!request.Passed) return CutShort.Of(_envelope);
        var limit = Time;
        return new(Verdict.Timeout, $"no answer from {_way.Backend.Name} within {limit.Limit!.Value.TotalMilliseconds:0} ms ({limit.Whose})");
    }

    /// <summary>Whether the caller gives up before the policy would.</summary>
    private bool CallerIsFirst => Time.IsCallers;

    private CallTime Time => CallTime.Of(_envelope, _way);

    private TimeSpan Left(TimeSpan whole) => whole - _time.GetElapsedTime(_envelope.Started) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    // RFC 9110, 9.2.2.
    private static bool IsIdempotent(string method) => method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE";
}
