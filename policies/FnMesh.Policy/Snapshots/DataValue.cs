namespace FnMesh.Policy.Snapshots;

/// <summary>A value of JSON that a policy names: exactly one of the three is set.</summary>
public sealed record DataValue
{
    public string? Text { get; init; }

    public decimal? Number { get; init; }

    public bool? Flag { get; init; }
}
