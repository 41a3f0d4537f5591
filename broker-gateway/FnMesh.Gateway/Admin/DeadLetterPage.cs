namespace FnMesh.Gateway.Admin;

internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> Items, long? Next);
