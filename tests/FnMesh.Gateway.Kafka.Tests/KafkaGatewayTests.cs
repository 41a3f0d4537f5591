using System.Net;
using System.Text;
using System.Threading.Channels;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>Whole gateways whose policy says where events rest.</summary>
public sealed class KafkaGatewayTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_published_over_HTTP_is_delivered_through_the_Kafka_of_the_policy_and_through_the_embedded_log_when_that_is_saved()
    {
        using var cluster = new MockCluster();
        var came = Channel.CreateUnbounded<string>();
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            came.Writer.TryWrite($"{context.Request.Headers["ce-id"]} {context.Request.Headers["ce-type"]} {context.Request.Headers["fnmesh-principal"]}");
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        await using var gateway = await StartAsync();
        var rest = Yaml.App("app", function.Address) + Yaml.Subscription("s", "test.made", "app") + Yaml.Publishers();
        var policy = Compile(Mesh(cluster.Servers) + rest);
        gateway.Apply(new EndpointSnapshot([new RevisionEndpoints(policy.Apps[0].Name, policy.Apps[0].Revisions[0].Name, true, [function.Address])]));
        await gateway.ApplyAsync(policy, default);

        using var client = new HttpClient { BaseAddress = gateway.EdgeAddress };
        await PublishAsync(client, "7");
        Assert.Equal("7 test.made anonymous", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        await gateway.ApplyAsync(Compile(rest), default);
        await PublishAsync(client, "8");
        Assert.Equal("8 test.made anonymous", await came.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    private static async Task PublishAsync(HttpClient client, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("ce-specversion", "1.0"), ("ce-id", id), ("ce-source", "/tests"), ("ce-type", "test.made")]) request.Headers.Add(name, value);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task A_policy_whose_Kafka_does_not_answer_is_refused_with_the_reason()
    {
        await using var gateway = await StartAsync();
        var refusal = await Assert.ThrowsAsync<GatewayStartException>(() => gateway.ApplyAsync(Compile(Mesh("127.0.0.1:1")), default).AsTask());
        Assert.StartsWith("the broker that the policy asks for cannot be used: no Kafka broker at 127.0.0.1:1 answers", refusal.Message);
    }

    private Task<MeshGateway> StartAsync() => MeshGateway.StartAsync(
        new GatewayOptions { Edge = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = _directory.Path, Seed = 7, Environment = new Dictionary<string, string?>() }.WithKafka(),
        NullLoggerFactory.Instance, TimeProvider.System, default);

    private static string Mesh(string servers) => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec: { broker: { kind: kafka, kafka: { bootstrapServers: "{{servers}}", topicsExist: true } } }

        """;

    private static PolicySnapshot Compile(string policy)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        return compiled.Snapshot;
    }
}
