namespace FnMesh.Policy.Kinds;

/// <summary>Who names something.</summary>
/// <param name="Kind">As it is written.</param>
/// <param name="Namespace">That of the document.</param>
internal readonly record struct Referrer(string Kind, string Namespace);
