using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

/// <summary>A piece of a YAML document that knows where it stands.</summary>
internal abstract record YamlNode(Origin Origin)
{
    /// <summary>The index of its first character in the file's text, without a byte order mark.</summary>
    public int Start { get; init; }

    /// <summary>The index behind its last character; what is in blocks ends with its last value.</summary>
    public int End { get; init; }

    /// <summary>With its article, for messages.</summary>
    public abstract string Description { get; }
}
