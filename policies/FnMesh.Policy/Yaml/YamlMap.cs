using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

/// <summary>Keys are unique; the order is the file's.</summary>
internal sealed record YamlMap(Origin Origin, ImmutableArray<YamlEntry> Entries) : YamlNode(Origin)
{
    /// <summary>Whether it is written in brackets.</summary>
    public bool IsFlow { get; init; }

    public override string Description => "a map";

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key == key) return entry;
        }

        return null;
    }
}
