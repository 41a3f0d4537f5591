using System.Collections.Immutable;

using FnMesh.Policy;

namespace FnMesh.Control;

/// <summary>What the control API tells of the mesh at one moment.</summary>
/// <param name="Mesh">The mesh's name.</param>
/// <param name="Gateway">Where the edge listens; null when control has not been told.</param>
/// <param name="Control">Where the control API listens.</param>
/// <param name="Node">Where control's node port listens.</param>
/// <param name="MeshListeners">The mesh listeners of the gateways that are connected.</param>
/// <param name="Policy">The hash of the live policy.</param>
/// <param name="Resources">The resources of the live policy.</param>
/// <param name="Folder">The folder that an <c>up</c> runs, absolute; null for a control service of its own.</param>
/// <param name="Ready">Whether all endpoints have served and all subscriptions are registered.</param>
public sealed record MeshState(string Mesh, Uri? Gateway, Uri Control, Uri Node, ImmutableArray<Uri> MeshListeners, string Policy, ImmutableArray<Resource> Resources, string? Folder, bool Ready);
