using Microsoft.Extensions.Primitives;

namespace FnMesh.Gateway.Ingress;

/// <summary>Which fields make a request of HTTP/2 malformed (RFC 9113, 8.2.1 and 8.2.2) and pass the server all the same.</summary>
internal static class Http2Fields
{
    /// <returns>What is wrong with one, for people; null when nothing is.</returns>
    public static string? Fault(string name, in StringValues values)
    {
        if (IsOfConnection(name)) return $"{name} says something of a connection of HTTP/1.1, and may not be sent over HTTP/2";
        foreach (var value in values)
        {
            if (value is [' ' or '\t', ..] or [.., ' ' or '\t']) return $"the value of {name} begins or ends with a space or a tab, which HTTP/2 does not allow";
        }

        return null;
    }

    private static bool IsOfConnection(string name) => name.Length switch
    {
        7 => Is(name, "upgrade"),
        10 => Is(name, "connection") || Is(name, "keep-alive"),
        16 => Is(name, "proxy-connection"),
        17 => Is(name, "transfer-encoding"),
        _ => false,
    };

    private static bool Is(string name, string field) => name.Equals(field, StringComparison.OrdinalIgnoreCase);
}
