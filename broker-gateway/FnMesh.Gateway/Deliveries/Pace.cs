using FnMesh.Gateway.Limits;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Lets so many deliveries begin in a second, spread over it: at most a tenth of a second's worth at once. Its owner guards it.</summary>
internal sealed class Pace(TimeProvider time, Action again) : IAsyncDisposable
{
    private readonly RateMeter _meter = new();
    private readonly long _began = time.GetTimestamp();
    private readonly ITimer _timer = time.CreateTimer(static state => ((Action)state!)(), again, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Whether one may begin now; if not, <c>again</c> is called when one may.</summary>
    /// <param name="perSecond">Null: any number.</param>
    /// <param name="isStrict">Never two at once.</param>
    public bool TryTake(double? perSecond, bool isStrict = false)
    {
        if (perSecond is not { } rate) return true;
        var use = _meter.Take(time.GetElapsedTime(_began).TotalSeconds, rate, isStrict ? 1 : Math.Max(1, (int)(rate / 10)));
        if (!use.Taken) _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(use.Wait * 1000))), Timeout.InfiniteTimeSpan);
        return use.Taken;
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
