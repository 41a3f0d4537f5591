using System.Collections.Immutable;

namespace FnMesh.Control.Access;

internal sealed record AccessListAnswer(ImmutableArray<AccessRow> Items);
