using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

internal sealed record YamlList(Origin Origin, ImmutableArray<YamlNode> Items) : YamlNode(Origin)
{
    /// <summary>Whether it is written in brackets.</summary>
    public bool IsFlow { get; init; }

    public override string Description => "a list";
}
