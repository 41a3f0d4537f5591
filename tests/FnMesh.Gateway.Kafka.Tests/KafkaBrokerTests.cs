using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Tests.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

public sealed class KafkaBrokerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_broker_that_is_not_there_is_named_with_the_mend()
    {
        var refusal = await Assert.ThrowsAsync<BrokerException>(() => OpenAsync("127.0.0.1:1"));
        Assert.StartsWith("no Kafka broker at 127.0.0.1:1 answers (", refusal.Message);
        Assert.EndsWith("check that it runs, and spec.broker.kafka of the Mesh", refusal.Message);
    }

    [Theory]
    [InlineData("# fine\nlinger.ms=5\nacks=1\n", "settings:3: 'acks' is set by the gateway; remove the line")]
    [InlineData("linger.ms\n", "settings:1: a setting of Kafka is a line name=value")]
    [InlineData("no.such.setting=1\n", "no.such.setting")]
    public async Task Settings_that_cannot_hold_are_refused_with_their_line(string text, string why)
    {
        var file = Path.Combine(_directory.Path, "settings");
        await File.WriteAllTextAsync(file, text);
        Assert.Contains(why, (await Assert.ThrowsAsync<BrokerException>(() => OpenAsync("127.0.0.1:1", file))).Message);
    }

    [Fact]
    public async Task Publishers_are_refused_when_too_much_is_on_its_way_and_again_taken_when_it_arrived()
    {
        using var cluster = new MockCluster();
        await using var broker = await KafkaBroker.OpenAsync(Some.Options(cluster, _directory.Path) with { QueuedEvents = 10 }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var answers = Enumerable.Range(0, 100).Select(n => broker.AppendAsync([Some.Event($"{n}")], default).AsTask()).ToList();
        var offsets = await Task.WhenAll(answers);
        Assert.Contains(null, offsets);
        Assert.True(offsets.Count(static offset => offset is not null) >= 10);
        Assert.NotNull(await broker.AppendAsync([Some.Event("later")], default));
    }

    private async Task OpenAsync(string servers, string? settings = null)
    {
        await using var opened = await KafkaBroker.OpenAsync(
            new KafkaBrokerOptions { BootstrapServers = servers, Topic = "events", Mesh = "shop", KeyDirectory = _directory.Path, SettingsFile = settings, ConnectTimeout = TimeSpan.FromSeconds(2) },
            NullLoggerFactory.Instance, TimeProvider.System, default);
    }
}
