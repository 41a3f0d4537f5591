namespace FnMesh.Gateway.Broker.Embedded;

internal sealed class SettleRequest(string subscription, Settlement settlement, EncodedEvent[] replies, byte[] attributesOfLetter, long bytes)
    : WriteRequest<bool>(bytes)
{
    public override string Subscription => subscription;

    protected override (bool Value, BrokerException? Refusal) Run(LogTables tables) =>
        tables.Settle(subscription, settlement, replies, attributesOfLetter)
            ? (true, null)
            : (false, new BrokerException($"Subscription '{subscription}' is not open, or a settlement before this one failed; open it again."));
}
