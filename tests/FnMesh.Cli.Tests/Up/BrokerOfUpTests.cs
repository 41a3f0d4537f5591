namespace FnMesh.Cli.Tests.Up;

public sealed class BrokerOfUpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_Kafka_that_does_not_answer_ends_up_with_the_reason()
    {
        using var root = new TempFolder();
        Directory.CreateDirectory(root["policies"]);
        var policy = UpTests.Policy.Replace("trustDomain: tiny.local", "broker: { kind: kafka, kafka: { bootstrapServers: '127.0.0.1:1' } }", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(root["policies"], "mesh.yaml"), policy);
        using var output = new LineCatcher();
        using var error = new LineCatcher();

        var exit = await SoundMesh.UpAsync(root, output, error, TestContext.Current.CancellationToken).WaitAsync(Patience);

        Assert.Equal(1, exit);
        Assert.Contains("no Kafka broker at 127.0.0.1:1 answers", await error.LineAsync("fnmesh: the gateway does not serve this policy: "));
    }
}
