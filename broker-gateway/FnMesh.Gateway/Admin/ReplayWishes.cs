using System.Globalization;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Routing;
using FnMesh.Policy;

namespace FnMesh.Gateway.Admin;

/// <summary>Reads what is to be replayed, redriven or discarded, and says what is wrong with it.</summary>
internal sealed class ReplayWishes(IBroker broker, Func<RoutingTable?> table)
{
    private const int MaxRate = 100_000;

    /// <summary>One of the two results is null; the other says what is wrong.</summary>
    public async Task<(ReplayWish? Wish, string? Fault)> ReadAsync(ReplayBody body, CancellationToken cancel)
    {
        if (body.Source is not ("events" or "deadletters")) return (null, "source is 'events' or 'deadletters'.");
        var isEvents = body.Source == "events";
        if (isEvents && body.Subscription is null) return (null, "subscription says whose events are replayed.");
        foreach (var name in (string?[])[isEvents ? body.Subscription : null, body.Into ?? body.Subscription])
        {
            if (name is not null && table()?.Subscriptions.ContainsKey(name) != true) return (null, NoSubscription(table(), name));
        }

        if (isEvents && body.Subscription is { } read && table()!.Subscriptions[read].Entry.Topic is { } topic)
            return (null, $"the events of Subscription '{read}' lie in topic '{topic}', which others write to and the mesh does not replay; its dead letters can be redriven.");
        if (body.Rate is < 1 or > MaxRate) return (null, $"rate is a number of events a second from 1 to {MaxRate}.");
        return await PlacedAsync(body, isEvents, cancel);
    }

    /// <summary>As <see cref="ReadAsync"/>, of dead letters that are to be discarded: nobody gets them, and their subscription need not be there.</summary>
    public async Task<(ReplayWish? Wish, string? Fault)> ReadDiscardAsync(ReplayBody body, CancellationToken cancel)
    {
        if (body.Source is not (null or "deadletters")) return (null, "source is 'deadletters' here, or left out.");
        if (body.Into is not null) return (null, "into has no meaning here: nobody gets what is discarded.");
        if (body.Rate is not null) return (null, "rate has no meaning here: what is discarded goes at once.");
        return await PlacedAsync(body, isEvents: false, cancel);
    }

    public static string NoSubscription(RoutingTable? table, string name) =>
        $"there is no Subscription '{name}' in the policy{(NearestName.Hint(name, table?.Subscriptions.Keys ?? []) is { Length: > 0 } near ? near : "; 'fnmesh get subscriptions' shows those that are there")}";

    private async Task<(ReplayWish? Wish, string? Fault)> PlacedAsync(ReplayBody body, bool isEvents, CancellationToken cancel)
    {
        var (from, since) = Read(body.From, isEvents);
        var (to, until) = Read(body.To, isEvents);
        if (body.From is not null && from is null && since is null) return (null, Bad("from", body.From, isEvents));
        if (body.To is not null && to is null && until is null) return (null, Bad("to", body.To, isEvents));
        var wish = new ReplayWish(isEvents ? ReplaySource.Events : ReplaySource.DeadLetters, body.Subscription, body.Into, from ?? 0, to ?? long.MaxValue, body.Type, body.EventSource, body.Subject, body.Rate);
        if (!isEvents) return (wish with { From = Math.Max(1, wish.From), To = Math.Min(wish.To, await NextLetterAsync(cancel)) }, null);
        // What is published from now on comes by itself, and copies are not replayed again.
        var lanes = await broker.RangesAsync(since, until, cancel);
        if (lanes is [var only])
        {
            wish = wish with { From = Math.Max(wish.From, only.From), To = Math.Min(wish.To, only.To) };
        }
        else
        {
            if ((from ?? to) is { } offset) return (null, $"the events of this mesh lie in {lanes.Count} partitions, each with offsets of its own, so that {offset} is many places: write an instant such as 2026-01-31T08:00:00Z.");
            wish = wish with { From = 0, To = lanes.Sum(static range => range.To - range.From), Lanes = [.. lanes.Where(static range => range.From < range.To)] };
        }

        return wish.From < wish.To ? (wish, null) : (null, await NoneAsync(wish, cancel));
    }

    private async ValueTask<string> NoneAsync(ReplayWish wish, CancellationToken cancel) => await broker.RangesAsync(null, null, cancel) is [var only]
        ? $"there are no events from {wish.From} up to {wish.To}: the log holds offsets {only.From} to {only.To - 1}."
        : "there are no events between those instants.";

    /// <summary>An offset or id, or else, of events, an instant; both null when it is neither.</summary>
    private static (long? Place, DateTimeOffset? Time) Read(string? written, bool isEvents)
    {
        if (long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return (number, null);
        return isEvents && written is not null && EventTime.TryRead(written, out var instant) ? (null, instant) : (null, null);
    }

    private async ValueTask<long> NextLetterAsync(CancellationToken cancel) =>
        await broker.ListDeadLettersAsync(new DeadLetterQuery(1), cancel) is { Items: [var newest, ..] } ? newest.Id + 1 : 1;

    private static string Bad(string name, string written, bool isEvents) => isEvents
        ? $"{name} is an offset or an instant such as 2026-01-31T08:00:00Z, not '{written}'."
        : $"{name} is the number of a dead letter, not '{written}'.";
}
