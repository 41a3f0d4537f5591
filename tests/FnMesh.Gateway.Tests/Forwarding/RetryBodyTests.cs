using System.Net;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

/// <summary>retry.bodyBytes of a TrafficPolicy: what is kept of a body so that a call can be repeated.</summary>
public sealed class RetryBodyTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 65_536, 2)]
    [InlineData("", 65_537, 1)]
    [InlineData("bodyBytes: 1000, ", 1000, 2)]
    [InlineData("bodyBytes: 1000, ", 1001, 1)]
    [InlineData("bodyBytes: 1048576, ", 1_048_576, 2)]
    [InlineData("bodyBytes: 1048576, ", 1_048_577, 1)]
    [InlineData("bodyBytes: 0, ", 1, 1)]
    [InlineData("bodyBytes: 0, ", 0, 2)]
    public async Task A_call_is_repeated_when_the_policy_keeps_all_of_its_body(string kept, int length, int attempts)
    {
        await using var function = await ScriptedFunction.StartAsync(503, 200);
        await using var edge = await Edge.StartAsync(Shop(function.Address, kept));
        var body = new byte[length];
        new Random(7).NextBytes(body);
        using var content = new ByteArrayContent(body);

        using var answer = await edge.Client.PutAsync("/a", content, Cancel);

        Assert.Equal(attempts == 2 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(attempts, function.Requests.Count);
        Assert.All(function.Requests, request => Assert.Equal(body, request.Body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bodyBytes: 0, ")]
    [InlineData("bodyBytes: 1048576, ")]
    public async Task The_first_byte_of_a_body_is_with_the_function_before_the_caller_sends_the_second(string kept)
    {
        TaskCompletionSource<byte> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            var buffer = new byte[1];
            await context.Request.Body.ReadExactlyAsync(buffer, context.RequestAborted);
            first.SetResult(buffer[0]);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address, kept));
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("PUT /a HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        Assert.Equal((byte)'a', await first.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        await caller.WriteAsync("1\r\nb\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadToEndAsync());
    }

    private static string Shop(Uri function, string kept) => Yaml.App("shop", function) + Yaml.Route("/", "shop") + $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: patient }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], retry: { {{kept}}attempts: 1, codes: [ 503 ], backoff: 1ms } }

        """;
}
