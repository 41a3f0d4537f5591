using System.Text.Json.Serialization;

namespace FnMesh.Gateway.Admin;

/// <summary>What <c>POST /api/v1/replays</c> and <c>POST /api/v1/deadletters/discard</c> take. A member that is misspelt is refused: a filter that is overlooked would take everything.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ReplayBody
{
    /// <summary><c>events</c> or <c>deadletters</c>.</summary>
    public string? Source { get; init; }

    public string? Subscription { get; init; }

    public string? Into { get; init; }

    /// <summary>An offset or id, or an instant of RFC 3339.</summary>
    public string? From { get; init; }

    /// <summary>As <see cref="From"/>; what is there itself is not included.</summary>
    public string? To { get; init; }

    public string? Type { get; init; }

    public string? EventSource { get; init; }

    public string? Subject { get; init; }

    public int? Rate { get; init; }

    public bool DryRun { get; init; }
}
