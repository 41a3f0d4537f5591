using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public sealed class BrokerTests
{
    [Fact]
    public void Kafka_s_topic_is_called_as_the_mesh_where_none_is_written()
    {
        var kafka = Kafka("kind: kafka, kafka: { bootstrapServers: 'a:9092,b:9092' }");
        Assert.Equal(new KafkaEntry { BootstrapServers = "a:9092,b:9092", Topic = "shop" }, kafka);
        Assert.Equal("other", Kafka("kind: kafka, kafka: { bootstrapServers: 'a:1', topic: other, topicsExist: true, settingsFile: /run/k }")?.Topic);
    }

    [Fact]
    public void Without_Kafka_there_is_none_in_the_snapshot() => Assert.Null(Kafka("kind: embedded"));

    [Theory]
    [InlineData("kind: kafka", "field 'kafka' is missing in 'broker'")]
    [InlineData("kind: kafka, kafka: { topic: a }", "field 'bootstrapServers' is missing in 'kafka'")]
    [InlineData("kind: kafka, kafka: { bootstrapServers: 'a' }", "field 'bootstrapServers' must be host:port, several separated by commas, not 'a'")]
    [InlineData("kind: kafka, kafka: { bootstrapServers: 'a:1,', topic: 'b/c' }", "field 'topic' must be")]
    [InlineData("kind: embedded, kafka: { bootstrapServers: 'a:1' }", "the broker is 'embedded' and has settings of Kafka")]
    [InlineData("kind: kafka, kafka: { bootstrapServers: 'a:1', acks: 1 }", "unknown field 'acks'")]
    public void A_Kafka_that_cannot_be_used_is_refused(string broker, string why)
    {
        var compiled = Compile(broker);
        Assert.Null(compiled.Snapshot);
        Assert.Contains(compiled.Diagnostics, diagnostic => diagnostic.ToString().Contains(why, StringComparison.Ordinal));
    }

    private static KafkaEntry? Kafka(string broker)
    {
        var compiled = Compile(broker);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        Assert.Equal(compiled.Snapshot.Kafka, PolicySnapshotJson.Read(PolicySnapshotJson.Write(compiled.Snapshot))!.Kafka);
        return compiled.Snapshot.Kafka;
    }

    private static PolicyCompilation Compile(string broker) => PolicyCompiler.Compile([new PolicySource("policy.yaml", $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec: { broker: { {{broker}} } }
        """)]);
}
