using FnMesh.Node.Protocol;

namespace FnMesh.Node;

/// <summary>What a node is started with.</summary>
public sealed record NodeOptions
{
    /// <summary>Unique in the mesh; what lists and logs call the node.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    /// <summary>Private to the user: key, SVID, trust bundle and the last policy and endpoints that were good.</summary>
    public required string Directory { get; init; }

    /// <summary>The https address of control's node port.</summary>
    public required Uri Control { get; init; }

    /// <summary>Read when the node has no SVID that still holds; may be gone by then if it has one.</summary>
    public string? JoinTokenFile { get; init; }

    /// <summary>Whether an SVID of which half is over is renewed before the start completes: for who does not live until its renewal.</summary>
    public bool RenewsAtStart { get; init; }

    /// <summary>What every jitter starts from; tells control one process from another of the same name.</summary>
    public required int Seed { get; init; }
}
