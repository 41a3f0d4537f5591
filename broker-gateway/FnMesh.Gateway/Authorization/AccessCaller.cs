using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>Who asks, compiled.</summary>
internal sealed class AccessCaller
{
    private readonly Pattern[]? _principals;
    private readonly Pattern[]? _namespaces;
    private readonly (string Name, Pattern[] Values)[] _claims;

    public AccessCaller(CallerEntry entry, string trustDomain)
    {
        Principals = entry.Principals?.Select(principal => Pipeline.Principals.Whole(principal, trustDomain)).ToImmutableArray();
        Namespaces = entry.Namespaces;
        _claims = [.. (entry.Claims ?? []).Select(claim => (claim.Name, Pattern.Compile(claim.Values)!))];
        (_principals, _namespaces) = (Pattern.Compile(Principals), Pattern.Compile(Namespaces));
    }

    /// <summary>Whole; null for everybody.</summary>
    public ImmutableArray<string>? Principals { get; }

    /// <inheritdoc cref="CallerEntry.Namespaces"/>
    public ImmutableArray<string>? Namespaces { get; }

    public bool Matches(in AccessRequest request)
    {
        if (_principals is not null && !Pattern.AnyMatches(_principals, request.Principal)) return false;
        if (_namespaces is not null && !(request.Namespace is { Length: > 0 } ns && Pattern.AnyMatches(_namespaces, ns))) return false;
        foreach (var (name, values) in _claims)
        {
            if (request.Claims is not { } claims || !IsClaimed(claims[name], values)) return false;
        }

        return true;
    }

    private static bool IsClaimed(ReadOnlySpan<string> claimed, Pattern[] wanted)
    {
        foreach (var value in claimed)
        {
            if (Pattern.AnyMatches(wanted, value)) return true;
        }

        return false;
    }
}
