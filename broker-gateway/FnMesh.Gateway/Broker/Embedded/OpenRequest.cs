using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Broker.Embedded;

internal sealed class OpenRequest(string subscription, StartEntry? start) : WriteRequest<SubscriptionProgress>(0)
{
    public override string Subscription => subscription;

    protected override (SubscriptionProgress Value, BrokerException? Refusal) Run(LogTables tables) => (tables.Open(subscription, start), null);
}
