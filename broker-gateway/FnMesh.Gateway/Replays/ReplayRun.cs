using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Replays;

/// <summary>One replay, from where it stands to its end: it looks at events or dead letters in order, and puts those that are wanted into the log again, for one subscription.</summary>
internal sealed class ReplayRun(IBroker broker, Func<RoutingTable?> table, TimeProvider time)
{
    private const int LookAtOnce = 500;
    private const long BytesAtOnce = 4 << 20;

    /// <summary>How long events are gathered for one write where there is a rate.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>How often its place is stored while it finds nothing: each time costs a sync of the disk.</summary>
    private static readonly TimeSpan StoreEvery = TimeSpan.FromSeconds(1);

    /// <returns>The replay as it ended.</returns>
    /// <exception cref="BrokerException">The log cannot be read or written now.</exception>
    public async Task<Replay> RunAsync(Replay replay, CancellationToken cancel)
    {
        var stored = time.GetTimestamp();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (Missing(replay.Wish) is { } missing)
            {
                var end = $"there is no Subscription '{missing}' in the policy any more";
                return await broker.RepeatAsync(replay with { Ended = time.GetUtcNow(), End = end }, [], [], CancellationToken.None);
            }

            var most = replay.Wish.Rate is { } rate ? Math.Max(1, (int)(rate * Beat.TotalSeconds)) : LookAtOnce;
            var (found, next) = replay.Wish.Source == ReplaySource.Events ? await EventsAsync(replay, most, cancel) : await LettersAsync(replay, most, cancel);
            replay = replay with { Place = next, Events = replay.Events + found.Count };
            if (next >= replay.Wish.To) replay = replay with { Ended = time.GetUtcNow(), End = "done" };
            if (found.Count == 0 && replay.Ended is null && time.GetElapsedTime(stored) < StoreEvery) continue;
            // Whoever stops it must know what it has delivered again.
            replay = await broker.RepeatAsync(
                replay, [.. found.Select(static one => one.Event)], replay.Wish.Source == ReplaySource.DeadLetters ? [.. found.Select(static one => one.Place)] : [], CancellationToken.None);
            stored = time.GetTimestamp();
            if (replay.Ended is not null) return replay;
            if (replay.Wish.Rate is { } paced && found.Count > 0) await Task.Delay(TimeSpan.FromSeconds((double)found.Count / paced), time, cancel);
        }
    }

    /// <summary>How many there are, as far as a bounded look goes.</summary>
    /// <returns>The count, and whether it is all.</returns>
    public async Task<(int Events, bool IsAll)> CountAsync(ReplayWish wish, int mostLooked, CancellationToken cancel)
    {
        var (place, count) = (wish.From, 0);
        for (var looked = 0; looked < mostLooked; looked += LookAtOnce)
        {
            var replay = new Replay(wish, time.GetUtcNow(), Place: place);
            var (found, next) = wish.Source == ReplaySource.Events ? await EventsAsync(replay, LookAtOnce, cancel) : await LettersAsync(replay, LookAtOnce, cancel);
            (count, place) = (count + found.Count, next);
            if (place >= wish.To) return (count, true);
        }

        return (count, false);
    }

    private async Task<(List<(long Place, EventRecord Event)> Found, long Next)> EventsAsync(Replay replay, int most, CancellationToken cancel)
    {
        var wish = replay.Wish;
        List<(long, EventRecord)> found = [];
        if (replay.Place >= wish.To) return (found, wish.To);
        var here = wish.At(replay.Place);
        var batch = await broker.ReadAsync(here.Lane, here.From, LookAtOnce, BytesAtOnce, cancel);
        var end = replay.Place + here.To - here.From;
        if (batch.Count == 0) return (found, end);
        var next = replay.Place;
        foreach (var stored in batch)
        {
            if (stored.Offset >= here.To) return (found, end);
            if (found.Count >= most) break;
            next = replay.Place + stored.Offset + 1 - here.From;
            if (stored.Event.Replay is null && wish.Wants(stored.Event) && Matches(wish.Subscription!, stored.Event)) found.Add((stored.Offset, stored.Event.Again(wish.Into ?? wish.Subscription!, stored.Offset, stored.Lane)));
        }

        return (found, next);
    }

    private async Task<(List<(long Place, EventRecord Event)> Found, long Next)> LettersAsync(Replay replay, int most, CancellationToken cancel)
    {
        var wish = replay.Wish;
        List<(long, EventRecord)> found = [];
        var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(Math.Min(most, LookAtOnce), Subscription: wish.Subscription, After: replay.Place - 1), cancel);
        var next = wish.To;
        foreach (var letter in page.Items)
        {
            if (letter.Id >= wish.To) return (found, wish.To);
            // A letter whose subscription is gone stays: nobody would take its event.
            if (wish.Wants(letter.Event) && IsThere(wish.Into ?? letter.Subscription)) found.Add((letter.Id, letter.Event.Again(wish.Into ?? letter.Subscription, letter.Offset, letter.Lane)));
            next = letter.Id + 1;
        }

        return (found, page.Next is null ? wish.To : next);
    }

    /// <summary>A subscription that the replay cannot do without and that is not in the policy; null when there is none.</summary>
    private string? Missing(ReplayWish wish)
    {
        string?[] needed = [wish.Into ?? wish.Subscription, wish.Source == ReplaySource.Events ? wish.Subscription : null];
        return Array.Find(needed, name => name is not null && !IsThere(name));
    }

    private bool IsThere(string subscription) => table()?.Subscriptions.ContainsKey(subscription) == true;

    private bool Matches(string subscription, EventRecord record) =>
        table()?.Subscriptions.TryGetValue(subscription, out var binding) == true && binding.Matcher.Matches(record);
}
