using FnMesh.Node.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class ReplayStreamTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_that_fails_is_no_failure_of_the_body_and_the_read_goes_on_until_it_ends(bool breaksAtOnce)
    {
        using var caller = new PausingBody();
        await using var body = new ReplayStream(caller, isResumable: true) { Output = new BrokenOutput(breaksAtOnce) };
        var buffer = new byte[16];
        Assert.Equal(1, await body.ReadAsync(buffer, Cancel));

        var second = body.ReadAsync(buffer, Cancel).AsTask();
        Assert.False(second.IsCompleted);
        caller.Second.SetResult(0);

        Assert.Equal(0, await second);
        Assert.True(body.CanReplay);
    }

    [Fact]
    public async Task Who_ends_a_read_that_waits_for_the_caller_leaves_nobody_behind_that_writes_to_its_buffer()
    {
        using var caller = new PausingBody();
        await using var body = new ReplayStream(caller, isResumable: true) { Output = new BrokenOutput(atOnce: false) };
        var buffer = new byte[16];
        Assert.Equal(1, await body.ReadAsync(buffer, Cancel));
        using var abandoned = new CancellationTokenSource();

        var second = body.ReadAsync(buffer, abandoned.Token).AsTask();
        await abandoned.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(caller.Second.Task.IsCanceled);
    }

    [Fact]
    public async Task What_is_kept_beyond_64_KiB_is_taken_from_the_room_for_all_and_given_back_at_the_end()
    {
        var room = new CopyBudget(64 * 1024);
        await using var first = await ReadAsync(128 * 1024, room);
        await using var crowded = await ReadAsync(64 * 1024 + 1, room);
        await using var small = await ReadAsync(64 * 1024, room);
        Assert.Equal((true, false, true), (first.CanReplay, crowded.CanReplay, small.CanReplay));

        await first.DisposeAsync();
        await using var after = await ReadAsync(128 * 1024, room);
        Assert.True(after.CanReplay);
    }

    [Fact]
    public async Task A_body_that_gets_longer_than_what_is_kept_gives_back_what_it_took()
    {
        var room = new CopyBudget(64 * 1024);
        await using var longer = await ReadAsync((128 * 1024) + 1, room);
        Assert.False(longer.CanReplay);

        await using var other = await ReadAsync(128 * 1024, room);
        Assert.True(other.CanReplay);
    }

    [Fact]
    public async Task How_much_is_kept_cannot_be_changed_once_the_body_is_read()
    {
        await using var body = new ReplayStream(new MemoryStream(new byte[10]), isResumable: false);
        await body.ReadExactlyAsync(new byte[5], Cancel);
        body.KeepUpTo(1, new CopyBudget(0));
        while (await body.ReadAsync(new byte[10], Cancel) > 0)
        {
        }

        Assert.True(body.CanReplay);
    }

    private static async Task<ReplayStream> ReadAsync(int length, CopyBudget room)
    {
        var body = new ReplayStream(new MemoryStream(new byte[length]), isResumable: false);
        body.KeepUpTo(128 * 1024, room);
        var buffer = new byte[10_000];
        while (await body.ReadAsync(buffer, Cancel) > 0)
        {
        }

        return body;
    }

    /// <summary>One byte, then nothing until the test says so, or the read is cancelled.</summary>
    private sealed class PausingBody : MemoryStream
    {
        private bool _began;

        public TaskCompletionSource<int> Second { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_began)
            {
                (_began, buffer.Span[0]) = (true, 7);
                return 1;
            }

            await using var cancelled = cancellationToken.Register(() => Second.TrySetCanceled(cancellationToken));
            return await Second.Task;
        }
    }

    /// <param name="atOnce">Whether it throws, rather than fails later.</param>
    private sealed class BrokenOutput(bool atOnce) : MemoryStream
    {
        public override Task FlushAsync(CancellationToken cancellationToken) =>
            atOnce ? throw new ObjectDisposedException("the connection") : Task.FromException(new IOException("the function has gone"));
    }
}
