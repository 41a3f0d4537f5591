using FnMesh.Gateway.Broker;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Broker;

/// <summary>A broker of one lane, seen as the log that the lane is; a subscription's lane is kept once it was opened.</summary>
internal sealed class OneLaneLog(IBroker broker)
{
    private const string Reader = "reader";
    private readonly Dictionary<string, ILane> _lanes = [];

    public async Task<SubscriptionProgress> OpenAsync(string subscription, StartEntry? start = null) => await (await LaneAsync(subscription, start)).OpenAsync(default);

    public async Task SettleAsync(string subscription, Settlement settlement) => await (await LaneAsync(subscription)).SettleAsync(settlement, default);

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(long from, int maxEvents, long maxBytes) =>
        await (await LaneAsync(Reader)).ReadAsync(from, maxEvents, maxBytes, default);

    public async Task<ILane> LaneAsync(string subscription = Reader, StartEntry? start = null)
    {
        if (_lanes.TryGetValue(subscription, out var lane)) return lane;
        var lanes = await broker.OpenAsync(subscription, start, default);
        return _lanes[subscription] = await lanes.NextAsync(default);
    }
}
