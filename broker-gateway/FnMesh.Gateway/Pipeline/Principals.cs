namespace FnMesh.Gateway.Pipeline;

/// <summary>Who is behind an envelope, as policy writes it and as it is carried: members by their SPIFFE ID, everybody else by a word.</summary>
internal static class Principals
{
    /// <summary>A caller from outside that proved nothing.</summary>
    public const string Anonymous = "anonymous";

    private const string Scheme = "spiffe://";

    /// <summary>Whether somebody proved to be a member of the mesh.</summary>
    public static bool IsMember(string principal) => principal.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>A pattern of a policy with the short names completed: <c>app/x</c>, <c>ns/n/app/x</c>, <c>user/x</c>, <c>gateway</c>, <c>control</c>.</summary>
    public static string Whole(string pattern, string trustDomain)
    {
        if (pattern.StartsWith("app/", StringComparison.Ordinal)) return $"{Scheme}{trustDomain}/ns/default/{pattern}";
        var isShort = pattern.StartsWith("ns/", StringComparison.Ordinal) || pattern.StartsWith("user/", StringComparison.Ordinal) || pattern is "gateway" or "control";
        return isShort ? $"{Scheme}{trustDomain}/{pattern}" : pattern;
    }
}
