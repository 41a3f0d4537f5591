using System.Collections.Immutable;
using FnMesh.Control.Nodes;

namespace FnMesh.Control.Http;

internal sealed record NodeListAnswer(ImmutableArray<NodeView> Items);
