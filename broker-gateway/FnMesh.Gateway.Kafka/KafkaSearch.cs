using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// Finds events for people. Kafka has no order over partitions and no index but times, so that events are listed by the time at which they were received: each partition is read back from a time, a bounded piece at once.
/// </summary>
internal sealed class KafkaSearch(KafkaConnection kafka, IBroker broker)
{
    /// <summary>What is read of each partition for one page.</summary>
    private const int Piece = 32, FilteredPiece = 1_000;

    /// <summary>What is read of one where more than that have one time.</summary>
    private const int Longest = 64_000;

    private const long MaxBytes = 16 << 20;

    public async ValueTask<Page<StoredEvent>> ListAsync(EventQuery query, CancellationToken cancel)
    {
        var place = query.Before is { } before ? SearchPlace.Read(before) : default(SearchPlace?);
        var until = place is { } at && (query.Until is null || at.End < query.Until) ? at.End : query.Until;
        var isFiltered = query.Type is not null || query.Id is not null || query.Source is not null || query.Subject is not null;
        List<StoredEvent> found = [];
        // All that was received later than this was looked at, in every partition.
        DateTimeOffset? seen = null;
        foreach (var range in await broker.RangesAsync(query.Since, until, cancel))
        {
            var (events, earliest) = await BackAsync(range, Math.Max(query.Limit, isFiltered ? FilteredPiece : Piece), cancel);
            found.AddRange(events.Where(stored => Wants(query, stored) && (until is null || stored.Received < until)));
            if (earliest is { } time && (seen is null || time > seen)) seen = time;
        }

        var listed = found.Where(stored => seen is null || stored.Received > seen)
            .OrderByDescending(static stored => stored.Received).ThenBy(static stored => stored.Lane).ThenByDescending(static stored => stored.Offset).ToList();
        if (place is { } from) listed.RemoveRange(0, Math.Min(from.Listed, listed.TakeWhile(stored => stored.Received == from.Time).Count()));
        return Cut(listed, query.Limit, place, seen);
    }

    /// <summary>The last events of a range, of two times at least, and the time of the first of them when there are others before it.</summary>
    private async Task<(List<StoredEvent> Events, DateTimeOffset? Earliest)> BackAsync(LaneRange range, int piece, CancellationToken cancel)
    {
        while (true)
        {
            var from = Math.Max(range.From, range.To - piece);
            var read = await kafka.Reader.ReadAsync(new(kafka.Options.Topic, range.Lane), from, range.To, piece, long.MaxValue, cancel);
            List<StoredEvent> events = [.. read.Select(kafka.Read)];
            if (from == range.From) return (events, null);
            if (events.Count > 0 && events[0].Received < events[^1].Received) return (events, events[0].Received);
            if (piece >= Longest) throw new BrokerException($"partition {range.Lane} of {kafka.Options.Topic} has more than {Longest} records of one time, or none for as many offsets, which no page can hold; look elsewhere with --since and --until");
            piece *= 4;
        }
    }

    private static Page<StoredEvent> Cut(List<StoredEvent> listed, int limit, SearchPlace? place, DateTimeOffset? seen)
    {
        var bytes = 0L;
        var count = 0;
        while (count < Math.Min(listed.Count, limit) && (count == 0 || bytes + EventSize.Of(listed[count].Event) <= MaxBytes)) bytes += EventSize.Of(listed[count++].Event);
        if (count == listed.Count) return new(listed, seen is { } time ? new SearchPlace(time, 0).Write() : null);
        var next = listed[count].Received;
        var before = place is { } from && from.Time == next ? from.Listed : 0;
        return new(listed[..count], new SearchPlace(next, before + listed.Take(count).Count(stored => stored.Received == next)).Write());
    }

    private static bool Wants(EventQuery query, StoredEvent stored) =>
        (query.Type is null || stored.Event.Type == query.Type) && (query.Id is null || stored.Event.Id == query.Id) && (query.Source is null || stored.Event.Source == query.Source)
        && (query.Subject is null || stored.Event["subject"] == query.Subject) && (query.Since is null || stored.Received >= query.Since);
}
