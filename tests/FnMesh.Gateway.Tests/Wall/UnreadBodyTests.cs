using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

public sealed class UnreadBodyTests
{
    private const byte Headers = 1, EndStream = 1, EndHeaders = 4;
    private const int Block = 1 << 20;
    private const int Blocks = 256;

    // What the sockets between three parties hold, and some more.
    private const int MostBlocks = 64;

    // A write that takes longer is one that waits for the other side.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_caller_that_takes_nothing_of_its_answer_stops_the_function_which_ends_with_it(string version)
    {
        var stopped = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            var block = new byte[Block];
            for (var written = 0; !context.RequestAborted.IsCancellationRequested; written++)
            {
                var writing = context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask();
                if (await Task.WhenAny(writing, Task.Delay(Long, Cancel)) != writing) stopped.TrySetResult(written);
                if (written == Blocks) stopped.TrySetResult(written);
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        // The window of each stream is 0.
        using var stream = version == "2.0" ? await RawHttp2Caller.ConnectAsync(edge.Address, 0, 4, 0, 0, 0, 0) : null;
        using var caller = version == "1.1" ? await RawCaller.ConnectAsync(edge.Address) : null;

        if (caller is not null) await caller.WriteAsync("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
        if (stream is not null) await stream.WriteAsync(RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, 1, [0x82, 0x86, 0x84, 0x41, 4, .. "shop"u8]));

        Assert.InRange(await stopped.Task.WaitAsync(Patience, Cancel), 0, MostBlocks);
        // A stream whose window stays shut is cut off by the gateway itself.
        caller?.Dispose();
        await ended.Task.WaitAsync(Patience, Cancel);
        await edge.EndedAsync().WaitAsync(Patience, Cancel);
        Assert.Contains($"fnmesh_refusals_total{{fnmesh_verdict=\"{(stream is null ? "Cancelled" : "Stalled")}\"}} 1", edge.Metrics);
    }

    [Fact]
    public async Task A_function_that_reads_nothing_stops_its_caller_and_gets_all_when_it_reads()
    {
        var (read, taken) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0L);
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            await read.Task;
            var buffer = new byte[Block];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var more and > 0) taken += more;
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 2 }"));
        using var caller = await RawCaller.ConnectAsync(edge.Address);
        await caller.WriteAsync($"PUT / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {(long)Block * Blocks}\r\n\r\n");

        var (block, sent, writing) = (new string('a', Block), 0, Task.CompletedTask);
        for (; sent < Blocks; sent++)
        {
            writing = caller.WriteAsync(block);
            // It may not go on for as long as the function does not.
            if (await Task.WhenAny(writing, Task.Delay(Long, Cancel)) != writing) break;
        }

        Assert.InRange(sent, 0, MostBlocks);
        read.SetResult();
        await writing.WaitAsync(Patience, Cancel);
        while (++sent < Blocks) await caller.WriteAsync(block);
        Assert.StartsWith("HTTP/1.1 200 ", await caller.ReadToEndAsync());
        Assert.Equal((long)Block * Blocks, taken);
    }
}
