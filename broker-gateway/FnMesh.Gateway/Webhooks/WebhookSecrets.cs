using System.Collections.Immutable;
using System.Text;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Webhooks;

/// <summary>Reads what convinces an address outside the mesh, where the gateway runs; at most once in five seconds, so that a file that is replaced is read again.</summary>
internal sealed class WebhookSecrets(WebhookEntry? entry, IReadOnlyDictionary<string, string?> environment, TimeProvider time)
{
    private const int MaxBytes = 16 * 1024;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private (WebhookCredentials Read, long At)? _kept;

    /// <returns>The credentials, or why there are none, for people.</returns>
    public async ValueTask<(WebhookCredentials? Credentials, string? Fault)> ReadAsync(CancellationToken cancel)
    {
        if (entry is not { } wanted || (wanted.Keys is null && wanted.Token is null)) return (WebhookCredentials.None, null);
        lock (_gate)
        {
            if (_kept is { } kept && time.GetElapsedTime(kept.At) < KeptFor) return (kept.Read, null);
        }

        var keys = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        foreach (var secret in wanted.Keys ?? [])
        {
            var (text, fault) = await ReadAsync(secret, cancel);
            if (fault is null && WebhookSignature.KeyOf(text!) is { } key) keys.Add(key);
            else return (null, fault ?? $"{Name(secret)} holds no key for signatures: it must be '{WebhookSignature.KeyPrefix}' and base64 of 24 to 64 bytes ({secret.Origin})");
        }

        string? token = null;
        if (wanted.Token is { } place)
        {
            (token, var fault) = await ReadAsync(place, cancel);
            if (fault is null && token!.Any(static c => c is <= ' ' or > '~')) fault = $"{Name(place)} holds no token: it must be one word of visible ASCII ({place.Origin})";
            if (fault is not null) return (null, fault);
        }

        var read = new WebhookCredentials(keys.ToImmutable(), token);
        lock (_gate) _kept = (read, time.GetTimestamp());
        return (read, null);
    }

    private async ValueTask<(string? Text, string? Fault)> ReadAsync(SecretEntry secret, CancellationToken cancel)
    {
        if (secret.FromEnv is { } name)
            return environment.TryGetValue(name, out var value) && value?.Trim() is { Length: > 0 } set ? (set, null) : (null, $"the variable {name} is not set where the gateway was started ({secret.Origin})");
        var path = Path.GetFullPath(Path.Combine(secret.Directory, secret.FromFile!));
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, FileOptions.Asynchronous);
            var bytes = new byte[MaxBytes + 1];
            var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
            if (length > MaxBytes) return (null, $"the file '{path}' is longer than {MaxBytes / 1024} KiB ({secret.Origin})");
            var text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
            return text.Length > 0 ? (text, null) : (null, $"the file '{path}' is empty ({secret.Origin})");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"the file '{path}' cannot be read: {failure.Message} ({secret.Origin})");
        }
    }

    private static string Name(SecretEntry secret) => secret.FromEnv is { } name ? $"the variable {name}" : $"the file '{secret.FromFile}'";
}
