using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <param name="Backends">Empty when the sink is an address outside the mesh.</param>
/// <param name="Uri">With backends a path, without an absolute address.</param>
/// <param name="UriOrigin">Where the uri is written.</param>
/// <param name="Webhook">What holds for an address outside the mesh; null where nothing is said.</param>
internal sealed record Sink(ImmutableArray<BackendReference> Backends, string Uri, Origin UriOrigin, WebhookFields? Webhook = null);
