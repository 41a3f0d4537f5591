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
    [InlineData("kind: kafka, kafka: { bootstrapServers: 'a:1' }, embedded: { retention: { age: P3D } }", "set retention.ms and retention.bytes of 'shop' and 'shop.dead-letters' there, and remove 'embedded'")]
    public void A_Kafka_that_cannot_be_used_is_refused(string broker, string why)
    {
        var compiled = Compile(broker);
        Assert.Null(compiled.Snapshot);
        Assert.Contains(compiled.Diagnostics, diagnostic => diagnostic.ToString().Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_Subscription_that_begins_at_an_offset_is_refused_with_Kafka_and_one_that_begins_at_a_time_is_not()
    {
        Assert.Contains(Subscription("config: { start: { offset: 7 } }").Diagnostics, static diagnostic => diagnostic.Code == "FNM1253" && diagnostic.ToString().Contains("'start: { time: … }', 'earliest' or 'latest'", StringComparison.Ordinal));
        Assert.Empty(Subscription("config: { start: { time: 2026-01-31T08:00:00Z } }").Diagnostics);
        Assert.NotNull(Subscription("config: { start: { offset: 7 } }", "embedded").Snapshot);
    }

    [Theory]
    [InlineData("concurrency: 5")]
    [InlineData("rate: 5")]
    [InlineData("deduplicate: { window: 10m }")]
    public void What_holds_for_each_partition_alone_is_warned_of(string delivery)
    {
        var compiled = Subscription($"delivery: {{ {delivery} }}");
        Assert.NotNull(compiled.Snapshot);
        Assert.Equal("FNM1413", Assert.Single(compiled.Diagnostics).Code);
        Assert.Empty(Subscription($"delivery: {{ {delivery} }}", "embedded").Diagnostics);
    }

    [Theory]
    [InlineData("payments", "embedded", "a 'topic' is one of Kafka's, and this mesh keeps its events itself")]
    [InlineData("shop", Kafkas, "'shop' is the mesh's own topic, which every Subscription reads; remove 'topic'")]
    [InlineData("shop.dead-letters", Kafkas, "'shop.dead-letters' holds no events but what gateways note")]
    [InlineData("pay/ments", Kafkas, "field 'topic' must be 1 to 200 of a-z, A-Z, 0-9, '.', '_' and '-', not 'pay/ments'")]
    public void A_topic_that_cannot_be_read_is_refused(string topic, string kind, string why)
    {
        var compiled = Subscription($"topic: {topic}", kind);
        Assert.Null(compiled.Snapshot);
        Assert.Contains(why, Assert.Single(compiled.Diagnostics).ToString());
    }

    [Fact]
    public void A_Subscription_to_a_topic_of_others_is_in_the_snapshot_and_in_what_acts()
    {
        var compiled = Subscription("topic: payments");
        Assert.Equal("payments", PolicySnapshotJson.Read(PolicySnapshotJson.Write(compiled.Snapshot!))!.Subscriptions[0].Topic);
        Assert.Null(Subscription("paused: false").Snapshot!.Subscriptions[0].Topic);
    }

    private const string Kafkas = "kafka, kafka: { bootstrapServers: 'a:1' }";

    private static PolicyCompilation Subscription(string field, string kind = Kafkas) => PolicyCompiler.Compile([new PolicySource("policy.yaml", $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec: { broker: { kind: {{kind}} } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: s }
        spec: { sink: { uri: "https://away.example/" }, {{field}} }
        """)]);

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
