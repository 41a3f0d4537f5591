using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>The filters of a rule, or of a backend within it (Gateway API, HTTPRouteFilter); null is what was left out.</summary>
public sealed record FiltersEntry
{
    public HeaderChangesEntry? RequestHeaders { get; init; }

    public HeaderChangesEntry? ResponseHeaders { get; init; }

    public RewriteEntry? Rewrite { get; init; }

    public RedirectEntry? Redirect { get; init; }

    public CorsEntry? Cors { get; init; }

    /// <summary>Who gets copies.</summary>
    public ImmutableArray<MirrorEntry>? Mirrors { get; init; }
}
