namespace FnMesh.Gateway.Admin;

internal sealed record EventPage(IReadOnlyList<EventView> Items, long? Next);
