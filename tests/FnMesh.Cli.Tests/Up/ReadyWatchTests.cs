using System.Threading.Channels;

using FnMesh.Cli.Up;

using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Cli.Tests.Up;

public sealed class ReadyWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task A_slow_start_tells_what_it_waits_for_after_5_seconds_and_every_10()
    {
        var start = new TaskCompletionSource<int>();
        var watched = Watch(start.Task, "orders/orders-v1", "subscription audit");

        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(_said.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("fnmesh: not ready after 5 s: waiting for orders/orders-v1, subscription audit", await SaidAsync());
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(_said.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.StartsWith("fnmesh: not ready after 15 s: ", await SaidAsync(), StringComparison.Ordinal);

        start.SetResult(7);
        Assert.Equal(7, await watched.WaitAsync(Patience));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_said.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_start_that_fails_fails_at_once() =>
        await Assert.ThrowsAsync<IOException>(() => Watch(Task.FromException<int>(new IOException()), "x").WaitAsync(Patience));

    [Fact]
    public async Task What_fails_beside_a_start_that_is_not_ready_fails_the_start()
    {
        var beside = new TaskCompletionSource();
        var watched = Watch(new TaskCompletionSource<int>().Task, beside.Task, "x");
        beside.SetException(new IOException("the loop that follows edits failed"));
        Assert.Equal("the loop that follows edits failed", (await Assert.ThrowsAsync<IOException>(() => watched.WaitAsync(Patience))).Message);
    }

    [Fact]
    public async Task What_ends_well_beside_a_start_leaves_it_waiting()
    {
        var start = new TaskCompletionSource<int>();
        var watched = Watch(start.Task, Task.CompletedTask, "x");
        Assert.False(watched.IsCompleted);
        start.SetResult(7);
        Assert.Equal(7, await watched.WaitAsync(Patience));
    }

    private Task<int> Watch(Task<int> start, params string[] held) => Watch(start, new TaskCompletionSource().Task, held);

    private Task<int> Watch(Task<int> start, Task beside, params string[] held) =>
        new ReadyWatch(_time, line => _said.Writer.TryWrite(line)).WatchAsync(start, beside, () => held);

    private Task<string> SaidAsync() => _said.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
