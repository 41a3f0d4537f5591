using System.Collections.Immutable;

namespace FnMesh.Shim.Processes;

/// <summary>All that is needed to start one process.</summary>
/// <param name="Program">An absolute path.</param>
/// <param name="Arguments">After the program.</param>
/// <param name="Directory">The working directory, absolute.</param>
/// <param name="Environment">Added to our own environment.</param>
internal sealed record ChildStart(string Program, ImmutableArray<string> Arguments, string Directory, IReadOnlyDictionary<string, string> Environment);
