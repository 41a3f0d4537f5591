namespace FnMesh.EndToEnd.Tests.Chaos;

/// <summary>An event as it came to the subscriber.</summary>
/// <param name="Life">Which life of the mesh it came in, from 1 on.</param>
/// <param name="Key">The partition key; null when the event has none and so no order.</param>
/// <param name="Number">The event's number, counted per key from 1 on.</param>
/// <param name="Accepted">Whether the subscriber said that it is done with it.</param>
internal readonly record struct Reception(int Life, string? Key, int Number, bool Accepted);
