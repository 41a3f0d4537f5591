namespace FnMesh.Gateway.Broker.Embedded;

internal sealed class AppendRequest(EncodedEvent[] events, long bytes) : WriteRequest<long?>(bytes)
{
    protected override (long? Value, BrokerException? Refusal) Run(LogTables tables) => (tables.Append(events), null);
}
