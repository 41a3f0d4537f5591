using System.Diagnostics;
using System.Net;
using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Resilience;

namespace FnMesh.EndToEnd.Tests.Upgrades;

/// <summary>
/// Calls and publications at a steady rate that are sent once: over kept connections, over a new one each, over HTTP/2, and from inside the mesh; in turn with GET and with POST, and an event for every four calls.
/// Whatever is not answered as it should is a fault.
/// </summary>
internal sealed class UpgradeLoad : IAsyncDisposable
{
    /// <summary>On a slow machine there are fewer calls in a second, not more and more at once that all wait.</summary>
    private const int MaxCalls = 400, MaxPublications = 200;

    private readonly Way[] _ways;
    private readonly Tally _tally;
    private readonly CancellationTokenSource _enough = new();
    private readonly SemaphoreSlim _calls = new(MaxCalls);
    private readonly SemaphoreSlim _publications = new(MaxPublications);
    private readonly Task _running;

    private UpgradeLoad(Uri edge, Uri door, int perSecond, Tally tally)
    {
        _tally = tally;
        _ways =
        [
            new("HTTP/1.1", edge, HttpVersion.Version11, Client()),
            new("a connection each", edge, HttpVersion.Version11, Client(), Closes: true),
            new("HTTP/2", edge, HttpVersion.Version20, Client()),
            new("the mesh", door, HttpVersion.Version11, Client(), FromInside: true),
        ];
        _running = RunAsync(perSecond);
    }

    public static UpgradeLoad Start(Uri edge, Uri door, int perSecond, Tally tally) => new(edge, door, perSecond, tally);

    /// <summary>Ends it with all its connections; completes when everything in flight has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_enough.IsCancellationRequested) return;
        await _enough.CancelAsync();
        await _running;
        for (var i = 0; i < MaxCalls; i++) await _calls.WaitAsync().WaitAsync(Patience.Limit, TimeProvider.System);
        for (var i = 0; i < MaxPublications; i++) await _publications.WaitAsync().WaitAsync(Patience.Limit, TimeProvider.System);
        foreach (var way in _ways) way.Http.Dispose();
        _calls.Dispose();
        _publications.Dispose();
    }

    // A connection has 100 streams, and publications that wait for the log hold some: calls are not to wait behind them.
    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, EnableMultipleHttp2Connections = true }) { Timeout = Patience.Limit };

    private async Task RunAsync(int perSecond)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        for (var number = 0; !_enough.IsCancellationRequested;)
        {
            var due = (int)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * perSecond);
            for (; number < due && !_enough.IsCancellationRequested; number++)
            {
                var (way, isPost) = (_ways[number % _ways.Length], number / _ways.Length % 2 == 1);
                await _calls.WaitAsync();
                _ = SendAsync(way, $"{(isPost ? "POST" : "GET")} over {way.Name}", Request(way, isPost, number), HttpStatusCode.OK, null);
                // Those that wait for the log hold up no call.
                if (number % 4 != 0 || !_publications.Wait(0)) continue;
                way = _ways[number / 4 % _ways.Length];
                var id = $"event-{number}";
                var publication = Event.Binary(way.To, "test.load", id);
                publication.Version = way.Version;
                publication.Headers.ConnectionClose = way.Closes ? true : null;
                _ = SendAsync(way, $"publication over {way.Name}", publication, HttpStatusCode.Accepted, id);
            }

            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static HttpRequestMessage Request(Way way, bool isPost, int number)
    {
        var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, new Uri(way.To, $"/web/{(isPost ? "post" : "get")}/{number}")) { Version = way.Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (isPost) request.Content = new StringContent("{}");
        if (way.FromInside) request.Headers.Host = "web";
        request.Headers.ConnectionClose = way.Closes ? true : null;
        return request;
    }

    private async Task SendAsync(Way way, string kind, HttpRequestMessage request, HttpStatusCode awaited, string? id)
    {
        await Task.Yield();
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await way.Http.SendAsync(request);
            if (answer.StatusCode != awaited) _tally.Blame($"{kind} {request.RequestUri!.AbsolutePath}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            else if (id is not null) _tally.Acknowledge(id);
            else _tally.Succeed(kind, Stopwatch.GetElapsedTime(began));
        }
#pragma warning disable CA1031 // Whatever it is, the judge is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _tally.Blame($"{kind} {request.RequestUri!.AbsolutePath} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms: {failure.GetType().Name} {failure.Message} {failure.InnerException?.Message}");
        }
        finally
        {
            request.Dispose();
            (id is null ? _calls : _publications).Release();
        }
    }

    private sealed record Way(string Name, Uri To, Version Version, HttpClient Http, bool Closes = false, bool FromInside = false);
}
