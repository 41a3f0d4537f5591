using System.Net;
using FnMesh.Node.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class ReplayHandlerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_end_of_a_body_that_the_client_gave_up_is_kept_back_until_it_has_decided_and_then_begins_again()
    {
        using var caller = new HeldBody();
        using var again = new MemoryStream();
        Task first = Task.CompletedTask;
        using var client = ClientOf(caller, out var request, async (content, _) =>
        {
            using var refused = new CancellationTokenSource();
            first = content.CopyToAsync(System.IO.Stream.Null, refused.Token);
            await refused.CancelAsync();
            await caller.GivenUp.WaitAsync(Patience, Cancel);
            Assert.False(first.IsCompleted);
            var second = content.CopyToAsync(again, Cancel);
            caller.End();
            await second.WaitAsync(Patience, Cancel);
        });

        using var answer = await client.SendAsync(request, Cancel).WaitAsync(Patience, Cancel);

        Assert.Equal("abc"u8.ToArray(), again.ToArray());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task A_client_that_waits_for_the_body_gets_its_end_at_once_when_the_caller_gives_up()
    {
        using var caller = new HeldBody();
        using var gone = new CancellationTokenSource();
        using var client = ClientOf(caller, out var request, (content, cancel) => content.CopyToAsync(System.IO.Stream.Null, cancel));

        var sent = client.SendAsync(request, gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent.WaitAsync(Patience, Cancel));
    }

    private static HttpMessageInvoker ClientOf(HeldBody caller, out HttpRequestMessage request, Func<HttpContent, CancellationToken, Task> send)
    {
        var body = new ReplayStream(caller, isResumable: true);
        request = new HttpRequestMessage(HttpMethod.Post, "http://function/") { Content = new StreamContent(body) };
        ReplayHandler.Mark(request, body);
        return new HttpMessageInvoker(new ReplayHandler(new Client(send)));
    }

    private sealed class Client(Func<HttpContent, CancellationToken, Task> send) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await send(request.Content!, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }

    /// <summary>Three bytes, then nothing until the test ends it.</summary>
    private sealed class HeldBody : MemoryStream
    {
        private readonly TaskCompletionSource _givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _began;

        public Task GivenUp => _givenUp.Task;

        public void End() => _end.SetResult(0);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_began)
            {
                _began = true;
                "abc"u8.CopyTo(buffer.Span);
                return 3;
            }

            try
            {
                return await _end.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _givenUp.TrySetResult();
                throw;
            }
        }
    }
}
