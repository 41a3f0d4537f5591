using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Access;

/// <summary>Somebody, or all of a kind, as far as rules can tell.</summary>
/// <param name="Name">As policies write it; of all of a kind a pattern.</param>
/// <param name="Namespace">Of an app; null of everybody else.</param>
/// <param name="IsMember">Whether it proves its identity by the mesh's own certificates.</param>
/// <param name="HasClaims">Whether it may bring a token.</param>
internal sealed record AccessSubject(string Name, string? Namespace, bool IsMember, bool HasClaims)
{
    /// <summary>How much of it a rule speaks of.</summary>
    public enum Share
    {
        None,
        Some,
        All,
    }

    public static IEnumerable<AccessSubject> Of(PolicySnapshot policy) =>
    [
        .. policy.Apps.Select(app => QualifiedName.NamespaceOf(app.Name) is var ns && ns == QualifiedName.Default
            ? new AccessSubject($"app/{app.Name}", ns, IsMember: true, HasClaims: false)
            : new AccessSubject($"ns/{ns}/app/{QualifiedName.NameOf(app.Name)}", ns, IsMember: true, HasClaims: false)),
        new("user/*", null, IsMember: true, HasClaims: false),
        new("anonymous", null, IsMember: false, HasClaims: false),
        .. (policy.JwtProviders ?? []).Select(provider => new AccessSubject($"jwt:{provider.Issuer}#*", null, IsMember: false, HasClaims: true)),
    ];

    /// <param name="rule">Whose <c>from</c> is asked.</param>
    /// <param name="trustDomain">What short names are completed with.</param>
    public Share In(AuthorizationRuleEntry rule, string trustDomain) => rule.From.IsEmpty ? Share.All : rule.From.Max(from => In(from, trustDomain));

    private Share In(CallerEntry from, string trustDomain)
    {
        var share = from.Principals is { } principals ? principals.Max(pattern => Of(Whole(pattern, trustDomain), Whole(Name, trustDomain))) : Share.All;
        if (from.Namespaces is { } namespaces && !(Namespace is { } ns && namespaces.Any(pattern => Of(pattern, ns) == Share.All))) share = Share.None;
        return from.Claims is null || share == Share.None ? share : HasClaims ? Share.Some : Share.None;
    }

    /// <summary>How much of what a name, or a pattern of names, means another pattern matches.</summary>
    private static Share Of(string pattern, string name)
    {
        if (pattern == "*" || pattern == name) return Share.All;
        var all = name.EndsWith('*');
        var known = all ? name[..^1] : name;
        if (pattern.EndsWith('*')) return known.StartsWith(pattern[..^1], StringComparison.Ordinal) ? Share.All : all && pattern.StartsWith(known, StringComparison.Ordinal) ? Share.Some : Share.None;
        if (!all) return pattern.StartsWith('*') && name.EndsWith(pattern[1..], StringComparison.Ordinal) ? Share.All : Share.None;
        return pattern.StartsWith('*') || pattern.StartsWith(known, StringComparison.Ordinal) ? Share.Some : Share.None;
    }

    private static string Whole(string written, string trustDomain) =>
        written.StartsWith("app/", StringComparison.Ordinal) ? $"spiffe://{trustDomain}/ns/default/{written}"
        : written.StartsWith("ns/", StringComparison.Ordinal) || written.StartsWith("user/", StringComparison.Ordinal) ? $"spiffe://{trustDomain}/{written}"
        : written;
}
