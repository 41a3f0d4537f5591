namespace FnMesh.Node.Members;

/// <summary>What an endpoint of a function is started with.</summary>
public sealed record MemberOptions
{
    /// <summary>How the process joins.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>The revision that it serves; its app, and the namespace of a bare name, stand in its identity.</summary>
    public required string Revision { get; init; }

    /// <summary>The namespace that its identity must have; null for any.</summary>
    public string? Namespace { get; init; }

    /// <summary>Where it runs; empty for no zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Takes the place of every other endpoint of the revision for as long as it stands.</summary>
    public bool InPlace { get; init; }

    /// <summary>True where requests to the mesh begin in this process, so that they carry its trace; false for a proxy.</summary>
    public bool PropagatesTrace { get; init; }
}
