using System.Text.Json;

namespace FnMesh.Gateway.Tokens;

/// <summary>The keys of an issuer (RFC 7517, 5), but for those that are of no use.</summary>
internal sealed class WebKeySet
{
    private const int MostKeys = 128;

    private readonly byte[] _written;
    private readonly WebKey[] _keys;

    private WebKeySet(byte[] written, WebKey[] keys) => (_written, _keys) = (written, keys);

    /// <summary>Null, with the reason, for what is no set of keys.</summary>
    public static WebKeySet? Read(byte[] written, out string? fault)
    {
        fault = null;
        using var document = TokenJson.Read(written);
        if (document is null || !document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
            fault = "it is no JSON Web Key Set: an object with a list 'keys', and no name twice";
        else if (list.GetArrayLength() > MostKeys)
            fault = $"it has more than {MostKeys} keys";
        if (fault is not null) return null;
        WebKey[] keys = [.. document!.RootElement.GetProperty("keys").EnumerateArray().Select(WebKey.Read).OfType<WebKey>()];
        // Of two keys with one name nobody knows which is meant.
        WebKey[] known = [.. keys.GroupBy(key => key.Id).Where(group => group.Key is null || group.Count() == 1).SelectMany(group => group)];
        if (known.Length > 0) return new WebKeySet(written, known);
        fault = "it has no key for signatures: RSA from 2048 bits, or EC on P-256, P-384 or P-521, each 'kid' once";
        return null;
    }

    public bool IsSame(byte[] written) => _written.AsSpan().SequenceEqual(written);

    /// <summary>The key of a name; without a name the only key that fits. Null for none.</summary>
    public WebKey? Find(string? id, string algorithm)
    {
        WebKey? found = null;
        foreach (var key in _keys)
        {
            if (id is not null ? key.Id != id : !key.Fits(algorithm)) continue;
            if (found is not null) return null;
            found = key;
        }

        return found?.Fits(algorithm) == true ? found : null;
    }
}
