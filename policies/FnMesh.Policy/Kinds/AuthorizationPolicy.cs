using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record AuthorizationPolicy(
    string Name,
    Origin Origin,
    ImmutableArray<TargetReference> Targets,
    AuthorizationAction Action,
    bool IsDryRun,
    ImmutableArray<AuthorizationRuleEntry> Rules,
    ImmutableArray<Written<string>> Principals)
    : WrittenResource(Name, Origin);
