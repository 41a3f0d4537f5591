using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class HeadFirstContentTests : IDisposable
{
    private readonly RecordedBody _caller = new();
    private readonly SlowBody _function = new();
    private readonly HttpResponseMessage _answer = new();
    private readonly HttpResponse _response;

    public HeadFirstContentTests()
    {
        _response = new DefaultHttpContext().Response;
        (_response.Body, _answer.Content) = (_caller, new StreamContent(_function));
    }

    public void Dispose()
    {
        _answer.Dispose();
        _caller.Dispose();
        _function.Dispose();
    }

    [Fact]
    public async Task The_head_of_an_answer_goes_on_before_its_first_message_is_waited_for()
    {
        var reading = await ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        Assert.Equal(1, _caller.Flushes);
        _function.Come(3);
        Assert.Equal(3, await reading);
    }

    [Fact]
    public async Task A_message_that_came_with_the_head_leaves_with_it()
    {
        _function.Come(3);
        Assert.Equal(3, await await ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, _caller.Flushes);
    }

    [Fact]
    public async Task The_head_goes_on_once_and_later_messages_go_as_they_come()
    {
        GrpcAnswer.PassHead(_response, _answer);
        var body = await _answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = body.ReadAsync(new byte[8], TestContext.Current.CancellationToken).AsTask();
        _function.Come(3);
        await first;
        var second = body.ReadAsync(new byte[8], TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(1, _caller.Flushes);
    }

    [Fact]
    public async Task To_learn_that_something_is_there_is_not_to_have_read_it()
    {
        GrpcAnswer.PassHead(_response, _answer);
        var body = await _answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        _function.Come(0);
        Assert.Equal(0, await body.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        var read = body.ReadAsync(new byte[8], TestContext.Current.CancellationToken).AsTask();
        Assert.False(read.IsCompleted);
        Assert.Equal(1, _caller.Flushes);
    }

    [Fact]
    public async Task A_caller_that_went_away_is_not_taken_for_a_function_that_failed()
    {
        _caller.IsGone = true;
        var reading = await ReadAsync(TestContext.Current.CancellationToken);
        _function.Come(3);
        Assert.Equal(3, await reading);
    }

    [Fact]
    public async Task An_answer_that_ends_with_its_head_is_left_whole()
    {
        _response.Headers["grpc-status"] = "5";
        var content = _answer.Content;
        await ReadAsync(TestContext.Current.CancellationToken);
        Assert.Same(content, _answer.Content);
        Assert.Equal(0, _caller.Flushes);
    }

    private async Task<Task<int>> ReadAsync(CancellationToken cancel)
    {
        GrpcAnswer.PassHead(_response, _answer);
        return (await _answer.Content.ReadAsStreamAsync(cancel)).ReadAsync(new byte[8], cancel).AsTask();
    }

    /// <summary>Counts how often what was written was sent on.</summary>
    private sealed class RecordedBody : MemoryStream
    {
        public int Flushes { get; private set; }

        public bool IsGone { get; set; }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushes++;
            return IsGone ? Task.FromException(new OperationCanceledException()) : Task.CompletedTask;
        }
    }

    /// <summary>Gives what the test lets come, a read for each.</summary>
    private sealed class SlowBody : MemoryStream
    {
        private readonly System.Threading.Channels.Channel<int> _come = System.Threading.Channels.Channel.CreateUnbounded<int>();

        public void Come(int bytes) => _come.Writer.TryWrite(bytes);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _come.Reader.ReadAsync(cancellationToken);
    }
}
