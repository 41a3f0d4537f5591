using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class SubscriptionRunTests
{
    /// <summary>A timer may fire while the constructor is still restoring: what is restored must be guarded like everything else.</summary>
    [Fact]
    public async Task What_is_due_at_a_start_waits_until_all_that_was_parked_is_restored()
    {
        var time = new EagerTime();
        List<ParkedEvent> parked = [.. Enumerable.Range(1, 3).Select(offset => new ParkedEvent(offset, null, DateTimeOffset.UnixEpoch, 1, 1, []))];

        await using var run = new SubscriptionRun(
            "s", new SubscriptionProgress(4, new HashSet<long>(), parked), null!, (_, _, _, _, _) => default, () => true, static () => Some.SubscriptionRules, DeliveryBounds.Default,
            Some.SubscriptionInstruments, NullLogger.Instance, time, CancellationToken.None);

        Assert.False(time.RanBeforeChangeReturned);
        Assert.True(time.Changes > 0);
        run.End();
        await time.Callbacks;
    }

    /// <summary>A clock whose timers run their callback on another thread at once, as a busy machine may, and say whether it got through.</summary>
    private sealed class EagerTime : TimeProvider
    {
        private readonly List<Task> _callbacks = [];

        public bool RanBeforeChangeReturned { get; private set; }

        public int Changes { get; private set; }

        public Task Callbacks => Task.WhenAll(_callbacks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Eager(this, callback, state);

        private sealed class Eager(EagerTime time, TimerCallback callback, object? state) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.Changes++;
                var called = Task.Run(() => callback(state));
                time._callbacks.Add(called);
                time.RanBeforeChangeReturned |= called.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(TimeSpan.FromMilliseconds(200));
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
