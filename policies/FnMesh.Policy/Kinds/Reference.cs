using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A name as it was written, before it is known what it means.</summary>
/// <param name="Kind">Null when it was left out.</param>
/// <param name="Name">Empty only where the kind alone decides.</param>
/// <param name="Origin">Where the reference begins.</param>
/// <param name="Namespace">Null means that of the document.</param>
internal sealed record Reference(Written<string>? Kind, Written<string> Name, Origin Origin, Written<string>? Namespace = null)
{
    public string NamespaceFor(Referrer from) => Namespace?.Value ?? from.Namespace;

    /// <summary>The name of a document, or of a part of one, that is meant.</summary>
    public Written<string> QualifiedFor(Referrer from) => new(QualifiedName.Of(NamespaceFor(from), Name.Value), Name.Origin);
}
