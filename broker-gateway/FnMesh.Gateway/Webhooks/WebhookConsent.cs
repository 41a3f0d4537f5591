namespace FnMesh.Gateway.Webhooks;

/// <summary>
/// Whether an address outside the mesh takes deliveries now. It is written by whoever asks and by deliveries, and read before each delivery; it begins with none,
/// unless nobody is to be asked.
/// </summary>
internal sealed class WebhookConsent
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private State _state;
    private Held? _held;

    /// <param name="isAsked">False: it counts as given.</param>
    /// <param name="time">The clock of waits.</param>
    public WebhookConsent(bool isAsked, TimeProvider time)
    {
        _time = time;
        _state = new State(!isAsked, isAsked ? "it has not been asked for permission yet" : null, null, IsGone: false);
    }

    /// <summary>Told when deliveries may go on; must not block.</summary>
    public Action? Opened { get; set; }

    /// <summary>Whether deliveries may begin.</summary>
    public bool IsOpen => WhyClosed is null;

    /// <summary>Why no delivery begins, for people; null when they do.</summary>
    public string? WhyClosed => Volatile.Read(ref _state) is { IsGiven: false, Why: var why } ? why
        : Volatile.Read(ref _held) is { } held && _time.GetUtcNow() is var now && now < held.Until ? $"{held.Why}, for {Math.Ceiling((held.Until - now).TotalSeconds):0} s more" : null;

    /// <summary>The address wants no more, until the policy changes.</summary>
    public bool IsGone => Volatile.Read(ref _state).IsGone;

    /// <summary>Requests in a minute that it allows; null for any number.</summary>
    public int? PerMinute => Volatile.Read(ref _state).PerMinute;

    /// <returns>False when it has ended.</returns>
    public bool Give(int? perMinute) => Change(new State(true, null, perMinute, IsGone: false));

    /// <returns>False when it has ended.</returns>
    public bool Refuse(string why) => Change(new State(false, why, null, IsGone: false));

    public void End(string why) => Change(new State(false, why, null, IsGone: true));

    /// <summary>Lets nothing begin for a while; of two waits the longer holds.</summary>
    public void Hold(TimeSpan wait, string why)
    {
        if (wait <= TimeSpan.Zero) return;
        lock (_gate)
        {
            var until = _time.GetUtcNow() + wait;
            if (_held is { } before && before.Until >= until) return;
            _held?.Timer.Dispose();
            // Timers know whole milliseconds, and must not be early.
            var timer = _time.CreateTimer(static consent => ((WebhookConsent)consent!).Opened?.Invoke(), this, TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds) + 1), Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _held, new Held(until, why, timer));
        }
    }

    private bool Change(State next)
    {
        lock (_gate)
        {
            if (_state.IsGone) return false;
            Volatile.Write(ref _state, next);
        }

        if (next.IsGiven) Opened?.Invoke();
        return true;
    }

    private sealed record State(bool IsGiven, string? Why, int? PerMinute, bool IsGone);

    private sealed record Held(DateTimeOffset Until, string Why, ITimer Timer);
}
