using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>Pages of which origins may do what; from <c>Host.CORS</c>, or from a route's filter.</summary>
internal sealed class CorsRules
{
    private const string Any = "*";

    /// <summary>What the answer to a page of an origin says of it; null when the page may not read it.</summary>
    public required Func<string, string?> Allowed { get; init; }

    public required bool AllowsCredentials { get; init; }

    /// <summary>Whether the answer depends on who asks, which caches must know.</summary>
    public required bool Varies { get; init; }

    /// <summary>Null for whatever a browser asks for.</summary>
    public string? Methods { get; init; }

    /// <inheritdoc cref="Methods"/>
    public string? Headers { get; init; }

    /// <summary>Headers that a page may read; null where the function says that.</summary>
    public string? Exposed { get; init; }

    /// <summary>How long a browser may go by what a preflight was answered, in seconds.</summary>
    public required string MaxAge { get; init; }

    public static CorsRules? Of(CorsEntry? entry) => entry is null ? null : new()
    {
        Allowed = entry.AllowOrigins is [Any]
            ? (entry.AllowCredentials ? static origin => origin : static _ => Any)
            : origin => entry.AllowOrigins.Any(allowed => Fits(origin, allowed)) ? origin : null,
        AllowsCredentials = entry.AllowCredentials,
        Varies = entry.AllowCredentials || entry.AllowOrigins is not [Any],
        Methods = Listed(entry.AllowMethods),
        Headers = Listed(entry.AllowHeaders),
        Exposed = string.Join(", ", entry.ExposeHeaders),
        MaxAge = $"{entry.MaxAge}",
    };

    private static string? Listed(IReadOnlyList<string> names) => names is [Any] ? null : string.Join(", ", names);

    /// <summary>Whether an origin is one that was written, in which each <c>*</c> stands for something.</summary>
    internal static bool Fits(ReadOnlySpan<char> origin, ReadOnlySpan<char> allowed)
    {
        var star = allowed.IndexOf('*');
        if (star < 0) return origin.Equals(allowed, StringComparison.OrdinalIgnoreCase);
        if (!origin.StartsWith(allowed[..star], StringComparison.OrdinalIgnoreCase)) return false;
        var last = allowed.LastIndexOf('*');
        var end = allowed[(last + 1)..];
        if (!origin.EndsWith(end, StringComparison.OrdinalIgnoreCase) || origin.Length < star + 1 + end.Length) return false;
        // What a '*' stands for is within the host: it holds no colon.
        var rest = origin[star..^end.Length];
        if (rest.Contains(':')) return false;
        // What stands between two is looked for where it comes first: whoever writes an origin may not make this take longer than its length.
        while (star < last)
        {
            allowed = allowed[(star + 1)..];
            (star, last) = (allowed.IndexOf('*'), last - star - 1);
            var at = rest.Length < 2 ? -1 : rest[1..].IndexOf(allowed[..star], StringComparison.OrdinalIgnoreCase);
            if (at < 0) return false;
            rest = rest[(1 + at + star)..];
        }

        return rest.Length > 0;
    }
}
