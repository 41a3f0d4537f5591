using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tokens;

/// <summary>Gets issuers' keys from where a policy says: from an address without following redirects, or from a file.</summary>
internal sealed class KeyAccess(ILogger log, TimeProvider time)
{
    private const int MaxBytes = 256 * 1024;

    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(5),
    })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public static KeyAccess Default { get; } = new(NullLogger.Instance, TimeProvider.System);

    public KeySource Open(JwtProviderEntry provider) => new(provider.Name, cancel => provider.KeyAddress is { } address ? DownloadAsync(address, cancel) : ReadAsync(provider, cancel), log, time);

    private static async Task<byte[]> DownloadAsync(string address, CancellationToken cancel)
    {
        using var answer = await Client.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode != System.Net.HttpStatusCode.OK) throw new HttpRequestException($"{address} answered {(int)answer.StatusCode} and not 200");
        await answer.Content.LoadIntoBufferAsync(MaxBytes, cancel);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    private static async Task<byte[]> ReadAsync(JwtProviderEntry provider, CancellationToken cancel)
    {
        var path = Path.GetFullPath(provider.KeyFile!, Path.GetFullPath(provider.Directory!));
        if (new FileInfo(path) is { Exists: true, Length: > MaxBytes }) throw new IOException($"{path} is longer than {MaxBytes} bytes");
        return await File.ReadAllBytesAsync(path, cancel);
    }
}
