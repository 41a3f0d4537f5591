using FnMesh.Policy;

namespace FnMesh.Gateway.Pipeline;

/// <summary>Who is behind an envelope, as policy writes it and as it is carried: members by their SPIFFE ID, everybody else by a word.</summary>
internal static class Principals
{
    /// <summary>A caller from outside that proved nothing.</summary>
    public const string Anonymous = "anonymous";

    private const string Scheme = "spiffe://";

    /// <summary>Whether somebody proved to be a member of the mesh.</summary>
    public static bool IsMember(string principal) => principal.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>The namespace that a caller is of: that of an app, and <c>default</c> of everybody else.</summary>
    public static ReadOnlySpan<char> NamespaceOf(ReadOnlySpan<char> principal) => AppNamespaceOf(principal) is { Length: > 0 } ns ? ns : QualifiedName.Default;

    /// <summary>The namespace of an app; empty of everybody else.</summary>
    public static ReadOnlySpan<char> AppNamespaceOf(ReadOnlySpan<char> principal)
    {
        const string Before = "/ns/";
        if (!principal.StartsWith(Scheme, StringComparison.Ordinal)) return default;
        var path = principal[Scheme.Length..];
        path = path[Math.Max(path.IndexOf('/'), 0)..];
        if (!path.StartsWith(Before, StringComparison.Ordinal)) return default;
        path = path[Before.Length..];
        return path.IndexOf('/') is > 0 and var end ? path[..end] : default;
    }

    /// <summary>A pattern of a policy with the short names completed: <c>app/x</c>, <c>ns/n/app/x</c>, <c>user/x</c>, <c>gateway</c>, <c>control</c>.</summary>
    public static string Whole(string pattern, string trustDomain)
    {
        if (pattern.StartsWith("app/", StringComparison.Ordinal)) return $"{Scheme}{trustDomain}/ns/default/{pattern}";
        var isShort = pattern.StartsWith("ns/", StringComparison.Ordinal) || pattern.StartsWith("user/", StringComparison.Ordinal) || pattern is "gateway" or "control";
        return isShort ? $"{Scheme}{trustDomain}/{pattern}" : pattern;
    }
}
