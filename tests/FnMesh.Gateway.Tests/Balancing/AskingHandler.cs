using System.Threading.Channels;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>Hands every request to the test.</summary>
internal sealed class AskingHandler : HttpMessageHandler
{
    private readonly Channel<Ask> _asks = Channel.CreateUnbounded<Ask>();
    private int _atOnce;
    private int _most;

    public ChannelReader<Ask> Asks => _asks.Reader;

    /// <summary>The most that were under way at once.</summary>
    public int Most => Volatile.Read(ref _most);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var ask = new Ask(request.RequestUri!.AbsoluteUri);
        var atOnce = Interlocked.Increment(ref _atOnce);
        if (atOnce > _most) Volatile.Write(ref _most, atOnce);
        _asks.Writer.TryWrite(ask);
        try
        {
            return new HttpResponseMessage(await ask.Answer.Task.WaitAsync(cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }
}
