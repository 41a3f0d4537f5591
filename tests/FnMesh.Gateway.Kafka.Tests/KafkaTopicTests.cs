using System.Net;
using System.Text;
using System.Threading.Channels;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>Subscriptions to topics that others write to.</summary>
public sealed class KafkaTopicTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly MockCluster _cluster = new();
    private readonly TempDirectory _directory = new();

    public void Dispose()
    {
        _cluster.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Records_of_others_are_events_of_nobody_known_for_who_subscribes_to_their_topic_and_for_nobody_else()
    {
        _cluster.MakeTopic("payments", 2);
        var came = Channel.CreateUnbounded<(string Path, string Text)>();
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            using var body = new StreamReader(context.Request.Body);
            await came.Writer.WriteAsync((context.Request.Path, $"{context.Request.Headers["ce-type"]} {context.Request.Headers["ce-source"]} {context.Request.Headers["ce-partitionkey"]} {context.Request.Headers["fnmesh-principal"]} {await body.ReadToEndAsync()}"));
        });
        await using var gateway = await StartAsync();
        await ApplyAsync(gateway, function, """
            kind: Subscription
            metadata: { name: payments }
            spec: { topic: payments, sink: { ref: { name: app }, uri: /payments }, config: { start: earliest } }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: all }
            spec: { sink: { ref: { name: app }, uri: /all } }
            """);
        await WriteAsync("payments", "ada", "no event at all");
        Assert.Equal(("/payments", "dev.fnmesh.kafka.record /kafka/payments ada anonymous no event at all"), await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));

        using var client = new HttpClient { BaseAddress = gateway.EdgeAddress };
        await PublishAsync(client, "7");
        Assert.Equal(("/all", "test.made /tests  anonymous {}"), await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        await WriteAsync("payments", "bob", "the next");
        Assert.Equal(("/payments", "dev.fnmesh.kafka.record /kafka/payments bob anonymous the next"), await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_record_of_others_that_became_a_dead_letter_is_redriven_and_others_do_not_get_it()
    {
        _cluster.MakeTopic("payments", 1);
        var fails = true;
        var came = Channel.CreateUnbounded<string>();
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref fails) ? 400 : 204;
            await came.Writer.WriteAsync($"{context.Request.Path} {context.Request.Headers["fnmesh-replay"]}");
        });
        await using var gateway = await StartAsync();
        await ApplyAsync(gateway, function, """
            kind: Subscription
            metadata: { name: payments }
            spec: { topic: payments, sink: { ref: { name: app }, uri: /payments }, config: { start: earliest }, delivery: { retry: 0 } }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: all }
            spec: { sink: { ref: { name: app }, uri: /all } }
            """);
        await WriteAsync("payments", "ada", "one");
        Assert.Equal("/payments ", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Volatile.Write(ref fails, false);
        // What is settled is settled in order: once the next came, the letter of the one before is stored.
        await WriteAsync("payments", "ada", "two");
        Assert.Equal("/payments ", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));

        await using var broker = await KafkaBroker.OpenAsync(Some.Options(_cluster, _directory.Path) with { Topic = "shop" }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var letter = Assert.Single((await broker.ListDeadLettersAsync(new DeadLetterQuery(10), default)).Items);
        Assert.Equal((GroupPlaces.Foreign, 0L), (letter.Lane, letter.Offset));
        Assert.Equal(1, await broker.RemoveLettersAsync([letter.Id], letter.Event.Again(letter.Subscription, letter.Offset, letter.Lane), default));
        Assert.Equal($"/payments {GroupPlaces.Foreign}:0", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        using var client = new HttpClient { BaseAddress = gateway.EdgeAddress };
        await PublishAsync(client, "7");
        Assert.Equal("/all ", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named_and_not_made()
    {
        await using var broker = await KafkaBroker.OpenAsync(Some.Options(_cluster, _directory.Path), NullLoggerFactory.Instance, TimeProvider.System, default);
        for (var tried = 0; tried < 2; tried++)
        {
            var refusal = await Assert.ThrowsAsync<BrokerException>(() => broker.OpenTopicAsync("payments", "s", null, default).AsTask());
            Assert.Equal($"subscription 's' reads topic 'payments', which Kafka at {_cluster.Servers} does not have or does not show to the gateway; make it, or mend 'topic'", refusal.Message);
        }
    }

    private async Task WriteAsync(string topic, string key, string text)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = _cluster.Servers }).Build();
        await producer.ProduceAsync(topic, new() { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(text) });
    }

    private static async Task PublishAsync(HttpClient client, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/tests"), ("ce-type", "test.made")]) request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private Task<MeshGateway> StartAsync() => MeshGateway.StartAsync(
        new GatewayOptions { Edge = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = _directory.Path, Seed = 7, Environment = new Dictionary<string, string?>() }.WithKafka(),
        NullLoggerFactory.Instance, TimeProvider.System, default);

    private async Task ApplyAsync(MeshGateway gateway, ScriptedFunction function, string subscriptions)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", $$"""
            apiVersion: fnmesh.dev/v1alpha1
            kind: Mesh
            metadata: { name: shop }
            spec: { broker: { kind: kafka, kafka: { bootstrapServers: "{{_cluster.Servers}}", topicsExist: true } } }

            """ + Yaml.App("app", function.Address) + Yaml.Publishers() + "\n---\napiVersion: fnmesh.dev/v1alpha1\n" + subscriptions)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        gateway.Apply(new EndpointSnapshot([new RevisionEndpoints(compiled.Snapshot.Apps[0].Name, compiled.Snapshot.Apps[0].Revisions[0].Name, true, [function.Address])]));
        await gateway.ApplyAsync(compiled.Snapshot, default);
    }
}
