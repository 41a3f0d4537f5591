namespace FnMesh.Policy.Kinds;

/// <param name="Kind">FunctionApp; a Service means the same.</param>
/// <param name="Name">An app, with its revisions, or one revision; null for all of them.</param>
internal sealed record GrantedReference(string Kind, string? Name);
