using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FnMesh.Bench.Sdk;

/// <summary>Calls a server over keep-alive connections, as a gateway would.</summary>
internal sealed class Caller(Uri server, int connections) : IDisposable
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"sku":"sku-000001","note":"leave it at the door","price":12.50,"tags":["a","b","c"]}""");
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, MaxConnectionsPerServer = connections });
    private readonly Uri _address = new(server, "/orders/order-1?quantity=2");

    /// <returns>How many calls were answered.</returns>
    public async Task<long> RunAsync(TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => LoopAsync(end))));
        return counts.Sum();
    }

    public void Dispose() => _client.Dispose();

    private async Task<long> LoopAsync(long end)
    {
        var count = 0L;
        for (; Stopwatch.GetTimestamp() < end; count++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.TryAddWithoutValidation("fnmesh-deadline", "100000");
            request.Headers.TryAddWithoutValidation("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
            using var answer = await _client.SendAsync(request, CancellationToken.None);
            await answer.Content.CopyToAsync(Stream.Null);
            if (answer.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"the server answered {(int)answer.StatusCode}; a figure with failures says nothing");
        }

        return count;
    }
}
