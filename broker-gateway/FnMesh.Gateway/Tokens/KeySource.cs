using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Tokens;

/// <summary>
/// An issuer's keys, got when they are first needed and again when they are old, or when a token names one that is not among them. While they cannot be got the last ones serve on,
/// for a day.
/// </summary>
internal sealed partial class KeySource(string provider, Func<CancellationToken, Task<byte[]>> read, ILogger log, TimeProvider time)
{
    /// <summary>Older keys are got again, while they serve.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Older keys serve no more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Tokens that name unknown keys ask not more often than this.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private volatile Kept? _kept;
    private volatile string? _fault;
    private Task _reading = Task.CompletedTask;
    private long? _asked;

    /// <summary>Why the keys could not be got the last time; null when they could.</summary>
    public string? Fault => _fault;

    /// <summary>Whether there are keys now.</summary>
    public bool HasKeys => Serving is not null;

    /// <summary>Whether a key is still among those that serve.</summary>
    public bool Serves(WebKey key, string? id, string algorithm) => ReferenceEquals(Serving?.Find(id, algorithm), key);

    private WebKeySet? Serving => _kept is { } kept && time.GetElapsedTime(kept.At) < Longest ? kept.Keys : null;

    /// <summary>Finds a key; asks the issuer where it is not known, unless that was just done. Null for none.</summary>
    public async ValueTask<WebKey?> FindAsync(string? id, string algorithm, CancellationToken cancel)
    {
        if (Serving?.Find(id, algorithm) is { } known)
        {
            if (time.GetElapsedTime(_kept!.At) >= Fresh) _ = Ask();
            return known;
        }

        await Ask().WaitAsync(cancel);
        return Serving?.Find(id, algorithm);
    }

    private Task Ask()
    {
        lock (_gate)
        {
            if (!_reading.IsCompleted || (_asked is { } asked && time.GetElapsedTime(asked) < Between)) return _reading;
            _asked = time.GetTimestamp();
            return _reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var written = await read(patience.Token);
            var fault = default(string);
            // The same keys stay the same objects: what was verified with them stays so.
            var keys = _kept?.Keys is { } before && before.IsSame(written) ? before : WebKeySet.Read(written, out fault);
            if (keys is null) Failed(fault!);
            else (_kept, _fault) = (new Kept(keys, time.GetTimestamp()), null);
        }
        catch (OperationCanceledException)
        {
            Failed($"nothing came within {Patience.TotalSeconds:0} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            Failed(broken.Message);
        }
    }

    private void Failed(string fault)
    {
        _fault = fault;
        LogFailed(provider, fault, _kept is not null);
    }

    [LoggerMessage(LogLevel.Warning, "The keys of JwtProvider {Provider} could not be got: {Fault}; earlier ones serve on: {Serves}")]
    private partial void LogFailed(string provider, string fault, bool serves);

    private sealed record Kept(WebKeySet Keys, long At);
}
