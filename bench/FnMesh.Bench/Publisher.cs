using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FnMesh.Bench;

/// <summary>Publishes numbered events, so many at a time, and keeps when each was sent and how long its 202 took.</summary>
internal sealed class Publisher(Uri gateway, int inFlight, long before) : IDisposable
{
    public const int BodyBytes = 1024;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', BodyBytes - 11)}}"}""");

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
    private readonly Uri _events = new(gateway, "/events");
    private readonly Lock _gate = new();
    private readonly List<(long Number, long Sent, long Taken)> _published = [];
    private long _last = before;

    /// <summary>The number of the last event.</summary>
    public long Last => _last;

    /// <summary>Publishes for that long.</summary>
    /// <returns>Each event with the timestamps of its sending and of its 202.</returns>
    public async Task<List<(long Number, long Sent, long Taken)>> RunAsync(TimeSpan duration)
    {
        _published.Clear();
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => LoopAsync(until))));
        return _published;
    }

    public void Dispose() => _client.Dispose();

    private async Task LoopAsync(long until)
    {
        List<(long, long, long)> mine = [];
        while (Stopwatch.GetTimestamp() < until)
        {
            var number = Interlocked.Increment(ref _last);
            using var request = new HttpRequestMessage(HttpMethod.Post, _events) { Content = new ByteArrayContent(Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("ce-specversion", "1.0");
            request.Headers.Add("ce-id", number.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("ce-source", "/bench");
            request.Headers.Add("ce-type", "bench.happened");
            var sent = Stopwatch.GetTimestamp();
            using var answer = await _client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Accepted)
                throw new InvalidOperationException($"event {number} got {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            mine.Add((number, sent, Stopwatch.GetTimestamp()));
        }

        lock (_gate) _published.AddRange(mine);
    }
}
