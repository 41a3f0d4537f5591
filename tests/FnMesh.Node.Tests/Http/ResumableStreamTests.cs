using System.IO.Pipelines;
using FnMesh.Node.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class ResumableStreamTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_is_given_up_leaves_what_comes_to_the_next()
    {
        var pipe = new Pipe();
        await using var body = new ResumableStream(pipe.Reader);
        using var enough = new CancellationTokenSource();
        var buffer = new byte[16];

        var first = body.ReadAsync(buffer, enough.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.AsTask());
        await pipe.Writer.WriteAsync("hello"u8.ToArray(), Cancel);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(5, await body.ReadAsync(buffer, Cancel));
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        Assert.Equal(0, await body.ReadAsync(buffer, Cancel));
    }

    [Fact]
    public async Task A_word_to_wake_up_that_comes_too_late_disturbs_nobody()
    {
        var pipe = new Pipe();
        await using var body = new ResumableStream(pipe.Reader);
        var buffer = new byte[2];

        pipe.Reader.CancelPendingRead();
        var reading = body.ReadAsync(buffer, Cancel);
        await pipe.Writer.WriteAsync("abc"u8.ToArray(), Cancel);

        Assert.Equal(2, await reading);
        Assert.Equal(1, await body.ReadAsync(buffer, Cancel));
        Assert.Equal((byte)'c', buffer[0]);
    }

    [Fact]
    public async Task A_body_that_breaks_off_says_so()
    {
        var pipe = new Pipe();
        await using var body = new ResumableStream(pipe.Reader);

        var reading = body.ReadAsync(new byte[2], Cancel);
        await pipe.Writer.CompleteAsync(new IOException("gone"));

        Assert.Equal("gone", (await Assert.ThrowsAsync<IOException>(() => reading.AsTask())).Message);
    }
}
