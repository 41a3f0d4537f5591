using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy;

/// <summary>One document of a policy file, as it was written.</summary>
/// <param name="ApiVersion">Group and version.</param>
/// <param name="Kind">For example <c>HTTPRoute</c>.</param>
/// <param name="Namespace"><c>default</c> unless written otherwise.</param>
/// <param name="Name">Unique for its kind and namespace.</param>
/// <param name="Origin">Where the document begins.</param>
/// <param name="Json">The document as canonical JSON: keys in ordinal order, no white space.</param>
/// <param name="Yaml">The document's text with its comments.</param>
public sealed record Resource(string ApiVersion, string Kind, string Namespace, string Name, Origin Origin, string Json, string Yaml)
{
    /// <summary>As it is named outside of its document.</summary>
    public string QualifiedName { get; } = FnMesh.Policy.QualifiedName.Of(Namespace, Name);
}
