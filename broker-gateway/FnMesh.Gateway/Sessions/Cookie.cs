namespace FnMesh.Gateway.Sessions;

/// <summary>Finds one cookie in a Cookie header (RFC 6265, 4.2).</summary>
internal static class Cookie
{
    /// <summary>Empty when it is not there; the first where it stands twice.</summary>
    public static ReadOnlySpan<char> Find(string? header, string name)
    {
        var rest = header.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny(';', ',');
            var pair = (end < 0 ? rest : rest[..end]).Trim();
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal)) return pair[(name.Length + 1)..].Trim('"');
        }

        return default;
    }
}
