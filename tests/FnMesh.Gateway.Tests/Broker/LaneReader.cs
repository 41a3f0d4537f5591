using System.Collections.Concurrent;
using System.Threading.Channels;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>Opens the lanes of a subscription as they come and reads each to its end, again and again.</summary>
internal sealed class LaneReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(ILane Lane, StoredEvent Stored)> _events = Channel.CreateUnbounded<(ILane, StoredEvent)>();
    private readonly Channel<(ILane Lane, SubscriptionProgress Progress)> _opened = Channel.CreateUnbounded<(ILane, SubscriptionProgress)>();
    private readonly ConcurrentBag<Task> _lives = [];
    private readonly ILanes _lanes;
    private readonly Task _taking;

    public LaneReader(ILanes lanes)
    {
        _lanes = lanes;
        _taking = TakeAsync();
    }

    /// <summary>The next event of any lane.</summary>
    public async Task<(ILane Lane, StoredEvent Stored)> NextAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>So many events, in the order in which they came.</summary>
    public async Task<List<(ILane Lane, StoredEvent Stored)>> NextAsync(int count)
    {
        List<(ILane, StoredEvent)> events = [];
        while (events.Count < count) events.Add(await NextAsync());
        return events;
    }

    /// <summary>The lane of a number, with the progress that it was opened with.</summary>
    public async Task<(ILane Lane, SubscriptionProgress Progress)> OpenedAsync(int number)
    {
        while (true)
        {
            var opened = await _opened.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            if (opened.Lane.Number == number) return opened;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _taking;
        await Task.WhenAll(_lives);
        await _lanes.DisposeAsync();
        _stop.Dispose();
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true) _lives.Add(LiveAsync(await _lanes.NextAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task LiveAsync(ILane lane)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, lane.Leaving);
        try
        {
            var progress = await lane.OpenAsync(over.Token);
            await _opened.Writer.WriteAsync((lane, progress), over.Token);
            for (var next = progress.Cursor; ;)
            {
                await lane.WaitAsync(next, over.Token);
                foreach (var stored in await lane.ReadAsync(next, 100, long.MaxValue, over.Token))
                {
                    next = stored.Offset + 1;
                    await _events.Writer.WriteAsync((lane, stored), over.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            await lane.DisposeAsync();
        }
    }
}
