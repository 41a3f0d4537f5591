using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>Changes of headers; no name stands in two of the lists.</summary>
/// <param name="Set">Replace what is there.</param>
/// <param name="Add">Stand after what is there.</param>
/// <param name="Remove">Names.</param>
public sealed record HeaderChangesEntry(ImmutableArray<HeaderValueEntry> Set, ImmutableArray<HeaderValueEntry> Add, ImmutableArray<string> Remove);
