using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Balancing;

/// <summary>
/// What a gateway knows of an address: how much it has to do, how long it takes, and whether it stands. It outlives the table. Safe for concurrent use, and free of locks while nothing changes.
/// An endpoint that stands is left alone once nobody takes its connections, it fails too often in a row, or its health checks fail. When its pause is over one call tries it, and the others wait for what that finds;
/// a pause that ends in another failure is followed by one twice as long, but while a call waits for one that cannot be reached.
/// </summary>
internal sealed class EndpointState(Standings standings, TimeProvider time)
{
    /// <summary>The longest pause of one that cannot be reached is the lease of a dead endpoint.</summary>
    private static readonly TimeSpan FirstUnreachable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestUnreachable = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause of one that fails, in first ones.</summary>
    private const int LongestFailing = 8;

    private int _inFlight;
    private int _failures;
    private volatile OutReason _out;

    // Under the lock, but for _retryAt, which is read without it.
    private TimeSpan _pause;
    private TimeSpan _longest;
    private TimeSpan _ejected;
    private long _since;
    private long _unreachableSince;
    private long _retryAt;
    private long _stoodSince;
    private bool _tried;
    private int _checks;

    /// <summary>How long its answers take.</summary>
    public PeakEwma Latency { get; } = new(time);

    /// <summary>Attempts that have begun and not ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    public bool Stands => _out == OutReason.None;

    /// <summary>Why it is left alone.</summary>
    public OutReason Out => _out;

    /// <summary>Whether it is left alone, and one may try it now.</summary>
    public bool IsDue => !Stands && time.GetTimestamp() >= Volatile.Read(ref _retryAt);

    /// <summary>How long it is left alone yet; zero or less when one may try it now.</summary>
    public TimeSpan DueIn => Volatile.Read(ref _retryAt) is var at && at == long.MaxValue ? TimeSpan.MaxValue : time.GetElapsedTime(time.GetTimestamp(), at);

    /// <summary>Since when nobody takes its connections, as a timestamp; it means nothing while <see cref="Out"/> says otherwise.</summary>
    public long UnreachableSince => Volatile.Read(ref _unreachableSince);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Whether a call may go there although there are others; one at a time once it is left alone.</summary>
    public bool MayTry()
    {
        if (Stands) return true;
        if (!IsDue) return false;
        lock (standings.Lock)
        {
            if (Stands) return true;
            if (!IsDue) return false;
            // Should nothing be heard of this one, another may try after the same pause.
            _tried = true;
            Wait(_pause);
            return true;
        }
    }

    /// <summary>Nobody took the connection. Calls that failed together count once.</summary>
    public void Unreachable()
    {
        lock (standings.Lock)
        {
            if (_out == OutReason.Sick) return;
            if (_out == OutReason.Unreachable) Again();
            else Leave(OutReason.Unreachable, FirstUnreachable, LongestUnreachable);
        }
    }

    /// <summary>Somebody waits for it while none can be reached: its pause is no longer than the first.</summary>
    public void Awaited()
    {
        lock (standings.Lock)
        {
            if (_out != OutReason.Unreachable || _pause <= FirstUnreachable) return;
            _pause = FirstUnreachable;
            Volatile.Write(ref _retryAt, Math.Min(_retryAt, _since + (long)(FirstUnreachable.TotalSeconds * time.TimestampFrequency)));
        }
    }

    /// <summary>It answered as it should.</summary>
    /// <param name="began">When the attempt began, as a timestamp: what began before the pause or the trial says nothing new.</param>
    public void Succeeded(long began)
    {
        if (Volatile.Read(ref _failures) != 0) Volatile.Write(ref _failures, 0);
        if (_out != OutReason.None) Return(began);
    }

    /// <summary>It answered with a failure, or broke off, or took too long.</summary>
    /// <param name="policy">When that is too much.</param>
    /// <param name="all">All endpoints of its backend.</param>
    /// <param name="began">When the attempt began, as a timestamp.</param>
    /// <returns>Whether it is left alone from now on.</returns>
    public bool Failed(OutlierEntry policy, Endpoint[] all, long began)
    {
        if (_out == OutReason.Unreachable) Return(began);
        if (_out == OutReason.Failing)
        {
            lock (standings.Lock)
            {
                if (_out == OutReason.Failing && began >= _since) Again();
            }

            return false;
        }

        if (Interlocked.Increment(ref _failures) < policy.ConsecutiveFailures) return false;
        lock (standings.Lock)
        {
            if (!Stands) return false;
            Volatile.Write(ref _failures, 0);
            var left = 0;
            foreach (var endpoint in all) left += endpoint.State.Stands ? 0 : 1;
            if ((left + 1) * 100 > all.Length * policy.MaxEjectedPercent) return false;
            // Who did not stand for as long as it was left alone before goes on where it was.
            var repeated = time.GetElapsedTime(_stoodSince) < _ejected;
            var longest = policy.EjectFor * LongestFailing;
            _ejected = Lesser(repeated ? _ejected * 2 : policy.EjectFor, longest);
            Leave(OutReason.Failing, _ejected, longest);
            return true;
        }
    }

    /// <summary>Counts a health check. Only checks bring back who was left alone because of them.</summary>
    /// <param name="isWell">What it found.</param>
    /// <param name="policy">How many in a row count.</param>
    public void Checked(bool isWell, HealthCheckEntry policy)
    {
        if (isWell && _out == OutReason.Unreachable) Return(time.GetTimestamp());
        lock (standings.Lock)
        {
            var isSick = _out == OutReason.Sick;
            _checks = isWell == isSick ? _checks + 1 : 0;
            if (!isSick && _checks >= policy.UnhealthyThreshold) Leave(OutReason.Sick, TimeSpan.MaxValue, TimeSpan.MaxValue);
            else if (isSick && _checks >= policy.HealthyThreshold) Stand();
            else return;
            _checks = 0;
        }
    }

    /// <summary>It is checked no more.</summary>
    public void Unchecked()
    {
        lock (standings.Lock)
        {
            _checks = 0;
            if (_out == OutReason.Sick) Stand();
        }
    }

    /// <summary>An attempt ended that says nothing of the endpoint: when it was the one that tried, another may.</summary>
    /// <param name="began">When it began, as a timestamp.</param>
    public void Unheard(long began)
    {
        if (_out == OutReason.None) return;
        lock (standings.Lock)
        {
            if (!IsTrial(began)) return;
            _tried = false;
            Volatile.Write(ref _retryAt, time.GetTimestamp());
            standings.Changed();
        }
    }

    /// <summary>A call that is made while none stands is as good as the trial.</summary>
    private bool IsTrial(long began) => _tried && began >= _since;

    private void Return(long began)
    {
        lock (standings.Lock)
        {
            // What began before it was left alone is no proof that it is well again: who is stopped still ends what it has, or breaks it off, while it takes nothing new.
            if (_out is OutReason.None or OutReason.Sick || began < _since || (_out == OutReason.Failing && !_tried)) return;
            Stand();
        }
    }

    private void Stand()
    {
        (_tried, _stoodSince) = (false, time.GetTimestamp());
        _out = OutReason.None;
        Volatile.Write(ref _failures, 0);
        standings.Changed();
    }

    private void Again()
    {
        if (!_tried && time.GetElapsedTime(_since) < _pause) return;
        _pause = Lesser(_pause * 2, _longest);
        if (_out == OutReason.Failing) _ejected = _pause;
        _tried = false;
        Wait(_pause);
    }

    private void Leave(OutReason why, TimeSpan pause, TimeSpan longest)
    {
        (_pause, _longest, _tried) = (pause, longest, false);
        Wait(pause);
        if (why == OutReason.Unreachable) Volatile.Write(ref _unreachableSince, _since);
        _out = why;
        standings.Changed();
    }

    private static TimeSpan Lesser(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Wait(TimeSpan pause)
    {
        _since = time.GetTimestamp();
        Volatile.Write(ref _retryAt, pause == TimeSpan.MaxValue ? long.MaxValue : _since + (long)(pause.TotalSeconds * time.TimestampFrequency));
    }
}
