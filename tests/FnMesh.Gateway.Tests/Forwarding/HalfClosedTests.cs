using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

public sealed class HalfClosedTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_caller_that_closes_its_half_after_its_request_has_gone_away_and_ends_the_function()
    {
        var (reached, ended) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await StartAsync(function.Address);
        using var caller = await RawCaller.ConnectAsync(edge.Address);

        await caller.WriteAsync("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        await reached.Task.WaitAsync(Patience, Cancel);
        caller.EndWriting();

        await ended.Task.WaitAsync(Patience, Cancel);
        Assert.DoesNotContain("HTTP", await caller.ReadToEndAsync());
    }

    [Fact]
    public async Task A_function_that_closes_without_an_answer_is_Unreachable()
    {
        await using var function = await RawFunction.StartAsync("");
        await using var edge = await StartAsync(function.Address);

        var answer = await RawCaller.SendAsync(edge.Address, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", answer);
        Assert.Contains("fnmesh-verdict: Unreachable\r\n", answer);
    }

    // The reset that tells of it may overtake what came before.
    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello", "Content-Length: 10\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n")]
    public async Task An_answer_that_breaks_off_never_looks_whole(string rest, string framing)
    {
        await using var function = await RawFunction.StartAsync("HTTP/1.1 200 OK\r\n" + rest);
        await using var edge = await StartAsync(function.Address);

        var answer = await RawCaller.SendAsync(edge.Address, "GET / HTTP/1.1\r\nHost: shop\r\n\r\n");

        Assert.True(answer.StartsWith("(reset)", StringComparison.Ordinal) || answer.Contains(framing, StringComparison.Ordinal), answer);
        Assert.False(answer.Contains("\r\n0\r\n", StringComparison.Ordinal), answer);
    }

    private static Task<Edge> StartAsync(Uri function) => Edge.StartAsync(Yaml.App("shop", function) + Yaml.Route("/", "shop", ", retry: { attempts: 0 }"));
}
