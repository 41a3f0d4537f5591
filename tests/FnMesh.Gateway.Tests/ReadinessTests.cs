using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests;

[Collection("telemetry")]
public sealed class ReadinessTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gateway_that_serves_what_it_served_last_is_not_ready_before_all_its_listeners_are_open()
    {
        var folder = Directory.CreateTempSubdirectory("fnmesh-test-");
        var options = new GatewayOptions { Edge = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = folder.FullName, Seed = 7, Environment = new Dictionary<string, string?>() };
        var policy = PolicyCompiler.Compile([new PolicySource("policy.yaml", Yaml.App("shop", new Uri("http://127.0.0.1:9")))]).Snapshot!;
        var before = new List<string?>();
        await using (var gateway = await MeshGateway.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, Cancel, async opened =>
        {
            await opened.ApplyAsync(policy, Cancel);
            before.Add(opened.Unready());
        }))
        {
            Assert.Equal(["the gateway does not listen yet"], before);
            Assert.Null(gateway.Unready());
        }

        folder.Delete(recursive: true);
    }
}
