using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

/// <summary>A piece of a YAML document that knows where it stands.</summary>
internal abstract record YamlNode(Origin Origin)
{
    /// <summary>With its article, for messages.</summary>
    public abstract string Description { get; }
}
