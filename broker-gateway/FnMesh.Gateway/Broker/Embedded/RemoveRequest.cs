namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Removes dead letters; of a single one its event may stand in the log again. Its answer is how many there were.</summary>
internal sealed class RemoveRequest(IReadOnlyList<long> letters, EncodedEvent[] events, long bytes) : WriteRequest<int>(bytes)
{
    protected override (int Value, BrokerException? Refusal) Run(LogTables tables)
    {
        var removed = letters.Count(tables.Replays.Remove);
        // Whoever comes second finds no letter, and must not put its event there twice.
        if (removed == letters.Count && events.Length > 0) tables.Append(events);
        return (removed, null);
    }
}
