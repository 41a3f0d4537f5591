namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Puts events into the log again, removes the dead letters that they were, and remembers how far the replay is, in one step. Its answer is the replay as stored.</summary>
internal sealed class RepeatRequest(Replay replay, EncodedEvent[] events, IReadOnlyList<long> letters, long bytes) : WriteRequest<Replay>(bytes)
{
    protected override (Replay Value, BrokerException? Refusal) Run(LogTables tables)
    {
        foreach (var letter in letters) tables.Replays.Remove(letter);
        if (events.Length > 0) tables.Append(events);
        return (replay with { Number = tables.Replays.Save(replay) }, null);
    }
}
