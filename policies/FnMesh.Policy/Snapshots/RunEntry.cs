using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FnMesh.Policy.Snapshots;

/// <summary>How a revision comes to have endpoints; exactly one of <see cref="Url"/>, <see cref="Command"/>, <see cref="Project"/> and <see cref="AzureFunctions"/> is set.</summary>
public sealed record RunEntry
{
    /// <summary>An absolute http or https address that somebody else runs.</summary>
    public string? Url { get; init; }

    /// <summary>A program and its arguments, started in <see cref="Directory"/> and given PORT.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>A .NET project (folder or file), as written, relative to <see cref="Directory"/>.</summary>
    public string? Project { get; init; }

    /// <summary>Where <see cref="Project"/> was written; it stays with the compiler.</summary>
    [JsonIgnore]
    public Origin? ProjectPlace { get; init; }

    /// <summary>The folder of a built Azure Functions app, as written, relative to <see cref="Directory"/>.</summary>
    public string? AzureFunctions { get; init; }

    /// <summary>The folder of the policy file, as it was given to the reader; relative paths start here.</summary>
    public required string Directory { get; init; }
}
