using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>
/// Events of a few keys from the edge. A key's next is published when the one before has been answered or cut off, so that their order is known: once one of a key has come,
/// none before it comes.
/// </summary>
internal sealed class KeyedEvents : IAsyncDisposable
{
    private const int Keys = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Uri _edge;
    private readonly Tally _tally;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Patience.Limit };
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _running;

    private KeyedEvents(Uri edge, Tally tally)
    {
        (_edge, _tally) = (edge, tally);
        _running = Task.WhenAll(Enumerable.Range(0, Keys).Select(RunAsync));
    }

    public static KeyedEvents Start(Uri edge, Tally tally) => new(edge, tally);

    /// <summary>Ends it, and completes when everything in flight has ended.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _running.WaitAsync(Patience.Limit, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _enough.Dispose();
    }

    private async Task RunAsync(int key)
    {
        await Task.Yield();
        using var tick = new PeriodicTimer(Pause, TimeProvider.System);
        for (var number = 1; !_enough.IsCancellationRequested; number++)
        {
            await PublishAsync($"key-{key}", number);
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task PublishAsync(string key, int number)
    {
        var id = $"{key}.{number}";
        while (!_enough.IsCancellationRequested)
        {
            using var request = Event.Binary(_edge, "test.keyed", id, key);
            try
            {
                using var answer = await _http.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Accepted) _tally.Acknowledge(id);
                else _tally.Blame($"publication {id}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                return;
            }
            catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
            catch (HttpRequestException failure)
            {
                _tally.Doubt($"publication {id}: {failure.HttpRequestError} {failure.Message}");
                return;
            }
        }
    }
}
