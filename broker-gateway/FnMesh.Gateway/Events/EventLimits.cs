namespace FnMesh.Gateway.Events;

/// <summary>Bounds on what is read. The bound on a whole body is its reader's.</summary>
internal sealed record EventLimits
{
    /// <summary>Attributes of one event, <c>specversion</c> not counted.</summary>
    public const int MaxAttributes = 64;

    /// <summary>Characters of an attribute's name. The standard advises 20 and sets no bound.</summary>
    public const int MaxNameLength = 64;

    /// <summary>How deep the JSON of one event may nest, its own object counted.</summary>
    public const int MaxDepth = 64;

    public static EventLimits Default { get; } = new();

    /// <summary>Bytes of one event: names and values of its attributes in UTF-8, and its data.</summary>
    public int MaxEventBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all names and values of one event's attributes in UTF-8.</summary>
    public int MaxAttributeBytes { get; init; } = 64 * 1024;

    public int MaxBatchEvents { get; init; } = 1000;
}
