using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control.Projects;

/// <summary>What a search found.</summary>
/// <param name="Projects">In order of their paths; no two have one app name.</param>
/// <param name="Diagnostics">Errors for what cannot be an app and would be one, warnings for what could not be looked at.</param>
public sealed record ProjectFindings(ImmutableArray<FoundProject> Projects, ImmutableArray<Diagnostic> Diagnostics);
