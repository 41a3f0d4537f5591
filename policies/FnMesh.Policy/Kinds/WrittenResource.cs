using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>A policy document of a known kind. What could not be read is left out and has a diagnostic.</summary>
/// <param name="Name">The value of <c>metadata.name</c>; once the document is in its namespace, the qualified name.</param>
/// <param name="Origin">Where the document begins.</param>
internal abstract record WrittenResource(string Name, Origin Origin)
{
    public string Namespace { get; private init; } = QualifiedName.Default;

    /// <summary>The same with its names qualified.</summary>
    public virtual WrittenResource In(string ns) => this with { Namespace = ns, Name = QualifiedName.Of(ns, Name) };
}
