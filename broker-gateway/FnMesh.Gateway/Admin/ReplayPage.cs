namespace FnMesh.Gateway.Admin;

internal sealed record ReplayPage(IReadOnlyList<ReplayView> Items);
