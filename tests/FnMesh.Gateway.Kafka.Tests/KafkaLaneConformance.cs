using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

public sealed class KafkaLaneConformance : LaneConformance
{
    private readonly MockCluster _cluster = new();
    private readonly TempDirectory _directory = new();

    private protected override async Task<IBroker> OpenAsync() => await KafkaBroker.OpenAsync(Some.Options(_cluster, _directory.Path), NullLoggerFactory.Instance, TimeProvider.System, default);

    private protected override void Clean()
    {
        _cluster.Dispose();
        _directory.Dispose();
    }
}
