using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>
/// The load: for each key one publisher that sends its next event when the one before has been answered, and some that send events without a key.
/// </summary>
internal sealed class Publishers(Ledger ledger, int keys, int withoutKey) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Patience.Limit };
    private readonly int[] _numbers = new int[keys];
    private int _unkeyed;

    public static string Key(int index) => $"key-{index}";

    /// <summary>The id of an event.</summary>
    public static string Id(string? key, int number) => $"{key ?? "none"}.{number}";

    /// <summary>Publishes until the mesh goes away or <paramref name="enough"/>.</summary>
    public Task RunAsync(Uri gateway, CancellationToken enough) => Task.WhenAll(
    [
        .. Enumerable.Range(0, keys).Select(index => RunAsync(gateway, Key(index), () => ++_numbers[index], enough)),
        .. Enumerable.Range(0, withoutKey).Select(_ => RunAsync(gateway, null, () => Interlocked.Increment(ref _unkeyed), enough)),
    ]);

    /// <summary>Publishes one more event of each key.</summary>
    public Task OnceAsync(Uri gateway) => Task.WhenAll(Enumerable.Range(0, keys).Select(index => PublishAsync(gateway, Key(index), ++_numbers[index])));

    public void Dispose() => _http.Dispose();

    private async Task RunAsync(Uri gateway, string? key, Func<int> next, CancellationToken enough)
    {
        do
        {
            await ledger.RoomAsync().WaitAsync(enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!enough.IsCancellationRequested && await PublishAsync(gateway, key, next()));
    }

    /// <returns>Whether the mesh answered.</returns>
    private async Task<bool> PublishAsync(Uri gateway, string? key, int number)
    {
        using var request = Event.Binary(gateway, "test.load", Id(key, number), key);
        request.Headers.Add("ce-number", $"{number}");
        try
        {
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Accepted) ledger.Acknowledge(key, number);
            else if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) throw new InvalidOperationException($"a publication was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            return true;
        }
        catch (HttpRequestException)
        {
            ledger.Doubt();
            return false;
        }
    }
}
