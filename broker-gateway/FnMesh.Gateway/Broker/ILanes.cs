namespace FnMesh.Gateway.Broker;

/// <summary>
/// The lanes that this gateway delivers a subscription from: all of them with an embedded broker, those that were assigned to it with one that several gateways share.
/// Disposing gives them all back; each must have been disposed of before.
/// </summary>
internal interface ILanes : IAsyncDisposable
{
    /// <summary>Waits for the next lane that is this gateway's. One caller at a time.</summary>
    /// <exception cref="BrokerException">The broker is closed.</exception>
    ValueTask<ILane> NextAsync(CancellationToken cancel);
}
