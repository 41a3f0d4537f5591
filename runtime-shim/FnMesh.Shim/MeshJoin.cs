using System.Collections.Immutable;

namespace FnMesh.Shim;

/// <summary>How processes that are started here join the mesh.</summary>
/// <param name="Control">The https address of control's node port.</param>
/// <param name="TokenFile">The file with the join token of an app.</param>
/// <param name="Directory">Where their nodes keep keys, each in a folder of its own.</param>
public sealed record MeshJoin(Uri Control, Func<string, string> TokenFile, string Directory)
{
    /// <summary>Asks control why it refuses what a node announced; empty when it stands. Null where nobody can be asked.</summary>
    public Func<string, CancellationToken, Task<ImmutableArray<string>>>? Judged { get; init; }

    /// <summary>Has gateways call a node no more, for good; completes when every one of them knows. Null where nobody can be asked.</summary>
    public Func<string, CancellationToken, Task>? Withdraw { get; init; }

    /// <summary>Completes when every gateway serves the policy and the endpoints of now. Null where nobody can be asked.</summary>
    public Func<CancellationToken, Task>? Served { get; init; }
}
