namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Puts events into the log again, removes the dead letters that they were (in the same order; none for events of the log), and remembers how far the replay is, in one step. Its answer is the replay as stored.</summary>
internal sealed class RepeatRequest(Replay replay, EncodedEvent[] events, IReadOnlyList<long> letters, long bytes) : WriteRequest<Replay>(bytes)
{
    protected override (Replay Value, BrokerException? Refusal) Run(LogTables tables)
    {
        // A letter that somebody redrove or discarded since it was read must not come by this way too.
        var there = letters.Count == 0 ? events : [.. events.Where((_, i) => tables.Replays.Remove(letters[i]))];
        if (there.Length > 0) tables.Append(there);
        var stored = replay with { Events = replay.Events - (events.Length - there.Length) };
        return (stored with { Number = tables.Replays.Save(stored) }, null);
    }
}
