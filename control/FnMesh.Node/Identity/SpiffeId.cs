using System.Diagnostics.CodeAnalysis;
using FnMesh.Policy;

namespace FnMesh.Node.Identity;

/// <summary>
/// A SPIFFE ID (SPIFFE-ID, 2). Workloads are <c>/ns/NAMESPACE/app/APP</c>, the gateway <c>/gateway</c>, control <c>/control</c>, a person at a command <c>/user/NAME</c>.
/// </summary>
public sealed record SpiffeId
{
    /// <summary>In bytes (SPIFFE-ID, 2.3).</summary>
    public const int MaxLength = 2048;

    private const string Scheme = "spiffe://";
    private const int MaxTrustDomainLength = 255;

    private SpiffeId(string trustDomain, string path) => (TrustDomain, Path) = (trustDomain, path);

    /// <summary>Lower case letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</summary>
    public string TrustDomain { get; }

    /// <summary>Begins with <c>/</c>; empty for the trust domain itself.</summary>
    public string Path { get; }

    /// <summary>True for control alone.</summary>
    public bool IsControl => Path == "/control";

    /// <summary>True for gateways alone.</summary>
    public bool IsGateway => Path == "/gateway";

    /// <summary>True for people at a command.</summary>
    public bool IsUser => Path.StartsWith("/user/", StringComparison.Ordinal);

    /// <exception cref="ArgumentException">A part holds what a SPIFFE ID may not.</exception>
    public static SpiffeId App(string trustDomain, string ns, string app) => Of(trustDomain, "ns", ns, "app", app);

    /// <param name="trustDomain">The trust domain.</param>
    /// <param name="app">The app's qualified name.</param>
    /// <exception cref="ArgumentException">A part holds what a SPIFFE ID may not.</exception>
    public static SpiffeId App(string trustDomain, string app) => App(trustDomain, QualifiedName.NamespaceOf(app), QualifiedName.NameOf(app));

    /// <inheritdoc cref="App(string, string, string)"/>
    public static SpiffeId Gateway(string trustDomain) => Of(trustDomain, "gateway");

    /// <inheritdoc cref="App(string, string, string)"/>
    public static SpiffeId Control(string trustDomain) => Of(trustDomain, "control");

    /// <inheritdoc cref="App(string, string, string)"/>
    public static SpiffeId User(string trustDomain, string name) => Of(trustDomain, "user", name);

    /// <summary>The qualified name of the app that a workload is; null for who is no workload.</summary>
    public string? AppName => TryReadApp(out var ns, out var app) ? QualifiedName.Of(ns, app) : null;

    /// <summary>The app that a workload is, neither part with a dot; false for who is no workload.</summary>
    public bool TryReadApp([NotNullWhen(true)] out string? ns, [NotNullWhen(true)] out string? app)
    {
        // A dot parts name and namespace where they stand in one text: a name with one could be read as somebody else.
        (ns, app) = Path.Split('/') is ["", "ns", var space, "app", var name] && !space.Contains('.', StringComparison.Ordinal) && !name.Contains('.', StringComparison.Ordinal) ? (space, name) : (null, null);
        return app is not null;
    }

    /// <param name="text">As it stands in a certificate; nothing is normalised.</param>
    /// <param name="id">Null when it is none.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? fault)
    {
        id = null;
        fault = Fault(text, out var domainEnd);
        if (fault is not null) return false;
        id = new SpiffeId(text[Scheme.Length..domainEnd], text[domainEnd..]);
        return true;
    }

    public override string ToString() => $"{Scheme}{TrustDomain}{Path}";

    private static SpiffeId Of(string trustDomain, params ReadOnlySpan<string> segments)
    {
        // A name that holds a '/' would be two segments, and so somebody else.
        foreach (var segment in segments)
        {
            if (segment.Contains('/', StringComparison.Ordinal)) throw new ArgumentException($"'{segment}' holds a '/'", nameof(segments));
        }

        return TryParse($"{Scheme}{trustDomain}/{string.Join('/', segments)}", out var id, out var fault) && id.TrustDomain == trustDomain
            ? id
            : throw new ArgumentException(fault ?? "the trust domain holds a '/'", nameof(segments));
    }

    private static string? Fault(string text, out int domainEnd)
    {
        domainEnd = 0;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal)) return "does not begin with 'spiffe://'";
        if (text.Length > MaxLength) return $"is longer than {MaxLength} bytes";
        var slash = text.IndexOf('/', Scheme.Length);
        domainEnd = slash < 0 ? text.Length : slash;
        var domain = text.AsSpan(Scheme.Length, domainEnd - Scheme.Length);
        if (domain.IsEmpty) return "has no trust domain";
        if (domain.Length > MaxTrustDomainLength) return $"has a trust domain of more than {MaxTrustDomainLength} bytes";
        foreach (var c in domain)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')) return $"has '{c}' in its trust domain, where only a-z, 0-9, '.', '-' and '_' may stand";
        }

        return slash < 0 ? null : PathFault(text.AsSpan(slash + 1));
    }

    private static string? PathFault(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IsEmpty) return "has an empty path segment";
            if (segment is "." or "..") return "has a relative path segment";
            foreach (var c in segment)
            {
                if (!(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) return $"has '{c}' in its path, where only letters, digits, '.', '-' and '_' may stand";
            }
        }

        return null;
    }
}
