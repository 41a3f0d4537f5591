namespace FnMesh.Gateway.Broker;

internal static class BrokerOpening
{
    /// <summary>Registers a subscription at the end of the log, or finds the progress it had.</summary>
    public static ValueTask<SubscriptionProgress> OpenAsync(this IBroker broker, string subscription, CancellationToken cancel) => broker.OpenAsync(subscription, null, cancel);
}
