using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control.Access;

/// <summary>The files of an edit, which would take the place of all that are there.</summary>
internal sealed record AccessQuestion(ImmutableArray<PolicySource> Files);
