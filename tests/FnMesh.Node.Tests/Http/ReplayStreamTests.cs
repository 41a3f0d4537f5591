using FnMesh.Node.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class ReplayStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_whose_flush_fails_leaves_nobody_behind_that_writes_to_its_buffer(bool isResumable)
    {
        using var caller = new PausingBody();
        await using var body = new ReplayStream(caller, isResumable) { Output = new BrokenOutput() };
        var buffer = new byte[16];
        Assert.Equal(1, await body.ReadAsync(buffer, TestContext.Current.CancellationToken));

        await Assert.ThrowsAsync<IOException>(async () => Assert.Equal(0, await body.ReadAsync(buffer, TestContext.Current.CancellationToken)));

        Assert.True(caller.Second.Task.IsCanceled);
    }

    /// <summary>One byte, then nothing until the read is cancelled.</summary>
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

    private sealed class BrokenOutput : MemoryStream
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => Task.FromException(new IOException("the function has gone"));
    }
}
