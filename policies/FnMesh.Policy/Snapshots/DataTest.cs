using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>What the JSON of an event's data has at a place. All that is set must hold for one of the values that the path leads to; numbers are decimal.</summary>
/// <param name="Path">As <see cref="DataPath"/> reads it.</param>
public sealed record DataTest(string Path)
{
    /// <summary>Values of which it is one; never empty.</summary>
    public ImmutableArray<DataValue>? In { get; init; }

    public string? Prefix { get; init; }

    public string? Suffix { get; init; }

    /// <summary>A pattern of LIKE in CESQL.</summary>
    public string? Like { get; init; }

    public decimal? Above { get; init; }

    public decimal? Min { get; init; }

    public decimal? Below { get; init; }

    public decimal? Max { get; init; }

    /// <summary>Whether the path leads to a value; false stands alone.</summary>
    public bool? Exists { get; init; }
}
