namespace FnMesh.Policy;

/// <summary>A step of a <see cref="DataPath"/>: to a member, to an item, or, with neither, to all that a value holds.</summary>
/// <param name="Member">The name of a member of an object.</param>
/// <param name="Item">The index of an item of an array, from 0.</param>
public readonly record struct DataStep(string? Member, int? Item);
