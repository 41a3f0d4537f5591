using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace FnMesh.Gateway;

/// <summary>Pages of which origins may call the edge from a browser (Fetch, 3.2), as <c>Host.CORS</c> of a local.settings.json says.</summary>
public sealed class EdgeCors
{
    /// <summary>Every origin.</summary>
    public const string Any = "*";

    private readonly FrozenSet<string>? _origins;

    private EdgeCors(FrozenSet<string>? origins, bool credentials) => (_origins, AllowsCredentials) = (origins, credentials);

    /// <summary>Whether a browser may send cookies and the like along.</summary>
    public bool AllowsCredentials { get; }

    /// <summary>Whether the answer depends on who asks, which caches must know.</summary>
    internal bool Varies => _origins is not null;

    /// <summary>Reads what was written; exactly one of the results is null, or both when nothing was written.</summary>
    /// <param name="origins"><c>*</c>, or origins such as <c>http://localhost:3000</c> with commas between them.</param>
    /// <param name="credentials">Whether credentials are allowed, which <c>*</c> excludes.</param>
    /// <param name="fault">What is wrong, without the place.</param>
    [SuppressMessage("Globalization", "CA1308", Justification = "Browsers write origins in lower case.")]
    public static EdgeCors? Read(string origins, bool credentials, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(origins);
        fault = null;
        var written = origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (written.Length == 0) return null;
        if (written.Contains(Any))
        {
            if (written.Length > 1) fault = "CORS has '*' beside other origins; write '*' alone, or the origins alone";
            else if (credentials) fault = "CORS is '*' and CORSCredentials is true, which no browser accepts; name the origins, such as http://localhost:3000, or set CORSCredentials to false";
            return fault is null ? new EdgeCors(null, credentials) : null;
        }

        if (Array.Find(written, one => OriginOf(one) is null) is { } unknown)
        {
            fault = $"CORS: '{unknown}' is no origin; an origin is scheme, host and port, such as http://localhost:3000, and '*' stands for all of them";
            return null;
        }

        return new EdgeCors(written.Select(one => OriginOf(one)!.ToLowerInvariant()).ToFrozenSet(StringComparer.Ordinal), credentials);
    }

    /// <summary>What an answer to a page of an origin says; null when that may not read it.</summary>
    internal string? Allowed(string origin) => _origins is null ? Any : _origins.Contains(origin) ? origin : null;

    private static string? OriginOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" } && !uri.Host.Contains('*', StringComparison.Ordinal)
            ? uri.IsDefaultPort ? $"{uri.Scheme}://{Ascii(uri)}" : $"{uri.Scheme}://{Ascii(uri)}:{uri.Port}"
            : null;

    /// <summary>Browsers write international names in Punycode; an address of version 6 keeps its brackets.</summary>
    private static string Ascii(Uri uri) => uri.HostNameType == UriHostNameType.Dns ? uri.IdnHost : uri.Host;
}
