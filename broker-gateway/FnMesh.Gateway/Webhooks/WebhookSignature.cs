using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Webhooks;

/// <summary>Signatures of Standard Webhooks, version <c>v1</c>: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    public const string KeyPrefix = "whsec_";
    private const int LeastKeyBytes = 24;
    private const int MostKeyBytes = 64;

    /// <summary>The bytes of a key as it is written; null when it is none.</summary>
    public static ImmutableArray<byte>? KeyOf(string text)
    {
        if (!text.StartsWith(KeyPrefix, StringComparison.Ordinal)) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[KeyPrefix.Length..], bytes, out var length) && length is >= LeastKeyBytes and <= MostKeyBytes ? [.. bytes.AsSpan(0, length)] : null;
    }

    /// <summary>The same for every delivery of the same event, and another one when it is replayed on purpose.</summary>
    public static string IdOf(string subscription, IEnumerable<StoredEvent> events)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(subscription);
        foreach (var stored in events)
        {
            Add(stored.Offset.ToString(CultureInfo.InvariantCulture));
            Add(stored.Event.Source);
            Add(stored.Event.Id);
        }

        return "msg_" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));

        void Add(string part)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }
    }

    /// <summary>The value of <c>webhook-signature</c>: one for each key, in their order.</summary>
    /// <param name="keys">One or more.</param>
    /// <param name="id">The value of <c>webhook-id</c>.</param>
    /// <param name="seconds">The value of <c>webhook-timestamp</c>, since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Of(ImmutableArray<ImmutableArray<byte>> keys, string id, long seconds, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}."));
        var signatures = new string[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys[i].AsSpan());
            mac.AppendData(head);
            mac.AppendData(body);
            signatures[i] = "v1," + Convert.ToBase64String(mac.GetHashAndReset());
        }

        return string.Join(' ', signatures);
    }
}
