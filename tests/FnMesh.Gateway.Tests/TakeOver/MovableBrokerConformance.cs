using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.TakeOver;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.TakeOver;

/// <summary>A log that was on its way and came back keeps every promise.</summary>
public sealed class MovableBrokerConformance : BrokerConformance
{
    private readonly TempDirectory _directory = new();

    private protected override async Task<IBroker> OpenAsync()
    {
        var broker = new MovableBroker(await OpenEmbeddedAsync(), _directory.Path, TimeProvider.System);
        await broker.LetGoAsync();
        broker.TakeBack(await OpenEmbeddedAsync());
        return broker;
    }

    private protected override void Clean() => _directory.Dispose();

    private async Task<IBroker> OpenEmbeddedAsync() => await EmbeddedBroker.OpenAsync(
        new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, default);
}
