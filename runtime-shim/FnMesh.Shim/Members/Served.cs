namespace FnMesh.Shim.Members;

/// <summary>What is behind a shim's endpoint.</summary>
/// <param name="Seat">What takes requests.</param>
/// <param name="Declaration">What its functions declare, as JSON; empty for nothing.</param>
internal readonly record struct Served(ProcessPlace.Seat Seat, ReadOnlyMemory<byte> Declaration = default);
