using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

internal sealed record YamlEntry(string Key, Origin Origin, YamlNode Value);
