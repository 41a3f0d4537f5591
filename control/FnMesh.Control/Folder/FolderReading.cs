using System.Collections.Immutable;
using FnMesh.Policy;

namespace FnMesh.Control.Folder;

/// <summary>What one look at a folder found.</summary>
/// <param name="Sources">The files' texts, ordered by path.</param>
/// <param name="Faults">What could not be read; the sources are not the whole then.</param>
/// <param name="Hash">Equal for equal sources and faults.</param>
internal sealed record FolderReading(ImmutableArray<PolicySource> Sources, ImmutableArray<Diagnostic> Faults, string Hash)
{
    /// <summary>A part of a policy is no policy: with a fault nothing is compiled, so that the fault is not repeated as missing names.</summary>
    public PolicyCompilation Compile() => Faults.IsEmpty ? PolicyCompiler.Compile(Sources) : new PolicyCompilation(null, Faults, []);
}
