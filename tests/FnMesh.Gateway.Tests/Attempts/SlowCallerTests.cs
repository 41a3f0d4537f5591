using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Attempts;

/// <summary>Callers that do not send what they announced, at the real edge.</summary>
public sealed class SlowCallerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_does_not_come_in_time_opens_no_breaker()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        // By the real clock: time is up while the bodies have not come.
        await using var edge = await Edge.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Route("/a", "shop", ", timeouts: { request: 1s }") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: careful }
            spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], circuitBreaker: { failureRatio: 0.5, minimumThroughput: 2, window: 1m, breakFor: 1m } }

            """,
            TimeProvider.System);

        var slow = await Task.WhenAll(SlowAsync(edge), SlowAsync(edge), SlowAsync(edge));
        using var answer = await edge.Client.GetAsync("/a", Cancel);

        Assert.All(slow, static line => Assert.StartsWith("HTTP/1.1 504", line, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string?> SlowAsync(Edge edge)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, edge.Client.BaseAddress!.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"u8.ToArray(), Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Cancel);
    }
}
