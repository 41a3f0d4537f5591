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
