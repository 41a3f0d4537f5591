using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

internal sealed record YamlList(Origin Origin, ImmutableArray<YamlNode> Items) : YamlNode(Origin)
{
    public override string Description => "a list";
}
