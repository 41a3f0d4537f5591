using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>A claim that a caller's token must have.</summary>
/// <param name="Name">Of a member of the token's payload, character for character.</param>
/// <param name="Values">Patterns, one of which a value must match; of <c>scope</c> each word is a value, of a list each item.</param>
public sealed record ClaimEntry(string Name, ImmutableArray<string> Values);
