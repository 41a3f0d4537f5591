using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Broker;

public sealed class EmbeddedLaneConformance : LaneConformance
{
    private readonly TempDirectory _directory = new();

    private protected override async Task<IBroker> OpenAsync() => await EmbeddedBroker.OpenAsync(
        new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, default);

    private protected override void Clean() => _directory.Dispose();
}
