using System.Collections.Immutable;

namespace FnMesh.Control.Access;

internal sealed record AccessChangesAnswer(ImmutableArray<AccessChange> Items);
