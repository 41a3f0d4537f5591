using System.Diagnostics.CodeAnalysis;
using System.Net;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Balancing;

/// <summary>
/// Asks endpoints whether they are well, each at its interval within a tenth, so that gateways that began together do not ask together; no more than sixteen at once. It runs beside the calls:
/// one loop sleeps until the next check is due, a check ends or the table changes, and it alone tells endpoints what was found.
/// </summary>
internal sealed class HealthChecks : IAsyncDisposable
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private readonly HttpMessageInvoker _client;
    private readonly Randomness _randomness;
    private readonly TimeProvider _time;
    private readonly Dictionary<EndpointState, Turn> _turns = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private HealthTarget[] _targets = [];
    private int _next;
    private int _atOnce;

    /// <param name="client">For endpoints that prove nothing; members have their own.</param>
    /// <param name="randomness">Spreads checks.</param>
    /// <param name="time">The clock of intervals and timeouts.</param>
    public HealthChecks(HttpMessageInvoker client, Randomness randomness, TimeProvider time)
    {
        (_client, _randomness, _time) = (client, randomness, time);
        _running = RunAsync();
    }

    /// <summary>Checks these from now on, and no others; who is checked no more stands, as far as checks go.</summary>
    public void Follow(HealthTarget[] targets)
    {
        Volatile.Write(ref _targets, targets);
        _wake.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        HealthTarget[] followed = [];
        while (!_stop.IsCancellationRequested)
        {
            var targets = Volatile.Read(ref _targets);
            if (!ReferenceEquals(targets, followed)) Forget(followed = targets);
            await SleepAsync(StartDue(targets));
        }
    }

    private async Task SleepAsync(TimeSpan sleep)
    {
        using var over = new CancellationTokenSource(sleep, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
        try
        {
            await _wake.WaitAsync(either.Token);
            while (_wake.CurrentCount > 0) await _wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // The next one is due.
        }
    }

    /// <returns>Until the next one is due.</returns>
    private TimeSpan StartDue(HealthTarget[] targets)
    {
        var sleep = Idle;
        // Who had to wait for a place comes first the next time: endpoints that are silent must not keep others from being asked.
        var first = _next;
        var waits = false;
        for (var i = 0; i < targets.Length; i++)
        {
            var at = (first + i) % targets.Length;
            var target = targets[at];
            if (!_turns.TryGetValue(target.Endpoint.State, out var turn)) _turns.Add(target.Endpoint.State, turn = new Turn { From = _time.GetTimestamp(), Wait = target.Check.Interval * _randomness.NextDouble() });
            if (turn.TryEnd(out var isWell)) target.Endpoint.State.Checked(isWell, target.Check);
            if (turn.IsAsking) continue;
            // The interval may have become shorter meanwhile.
            var longest = target.Check.Interval * 1.1;
            var left = (turn.Wait < longest ? turn.Wait : longest) - _time.GetElapsedTime(turn.From);
            if (left > TimeSpan.Zero)
            {
                sleep = left < sleep ? left : sleep;
            }
            else if (waits || Volatile.Read(ref _atOnce) >= MostAtOnce)
            {
                // It is started when a check ends, which wakes the loop: a place that becomes free meanwhile is nobody else's.
                waits = true;
            }
            else
            {
                turn.Begin();
                (turn.From, turn.Wait) = (_time.GetTimestamp(), target.Check.Interval * (0.9 + (0.2 * _randomness.NextDouble())));
                _next = at + 1;
                Interlocked.Increment(ref _atOnce);
                _ = AskAsync(target, turn);
            }
        }

        // Timers know whole milliseconds, and must not be early.
        return TimeSpan.FromMilliseconds(Math.Ceiling(sleep.TotalMilliseconds));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong, it is not known to be well, and it is asked again: a fault that passed here would end its checks for ever.")]
    private async Task AskAsync(HealthTarget target, Turn turn)
    {
        var isWell = false;
        try
        {
            using var patience = new CancellationTokenSource(target.Check.Timeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
            using var request = target.Check.GrpcService is { } service
                ? GrpcHealth.Ask(target.Endpoint.Prefix, service, target.Check.Timeout)
                : new HttpRequestMessage(HttpMethod.Get, target.Endpoint.Prefix + target.Check.Path) { Version = HttpVersion.Version11 };
            request.Headers.TryAddWithoutValidation("user-agent", "fnmesh-health-check");
            using var answer = await (target.Endpoint.Client ?? _client).SendAsync(request, both.Token);
            isWell = target.Check.GrpcService is null ? IsExpected((int)answer.StatusCode, target.Check) : await GrpcHealth.IsServingAsync(answer, both.Token);
        }
        catch (Exception)
        {
            isWell = false;
        }

        if (_stop.IsCancellationRequested) return;
        turn.Ended(isWell);
        Interlocked.Decrement(ref _atOnce);
        _wake.Release();
    }

    private void Forget(HealthTarget[] kept)
    {
        var states = kept.Select(static target => target.Endpoint.State).ToHashSet();
        foreach (var state in _turns.Keys)
        {
            if (states.Contains(state)) continue;
            state.Unchecked();
            _turns.Remove(state);
        }
    }

    private static bool IsExpected(int status, HealthCheckEntry check) => check.ExpectedStatuses.IsEmpty ? status is >= 200 and < 300 : check.ExpectedStatuses.Contains(status);

    /// <summary>When an endpoint is asked next, and what the check that is under way has found. Its check alone writes the latter.</summary>
    private sealed class Turn
    {
        private const int Asking = 1;
        private const int Well = 2;
        private const int Unwell = 3;

        private volatile int _ask;

        public bool IsAsking => _ask == Asking;

        public long From { get; set; }

        public TimeSpan Wait { get; set; }

        public void Begin() => _ask = Asking;

        public void Ended(bool isWell) => _ask = isWell ? Well : Unwell;

        /// <returns>Whether a check has ended since it was asked last.</returns>
        public bool TryEnd(out bool isWell)
        {
            var ask = _ask;
            isWell = ask == Well;
            if (ask is not (Well or Unwell)) return false;
            _ask = 0;
            return true;
        }
    }
}
