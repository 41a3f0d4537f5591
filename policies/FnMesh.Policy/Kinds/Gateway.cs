using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record Gateway(string Name, Origin Origin, ImmutableArray<GatewayListener> Listeners) : WrittenResource(Name, Origin);
