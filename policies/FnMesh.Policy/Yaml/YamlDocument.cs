namespace FnMesh.Policy.Yaml;

/// <param name="Root">The document's only node.</param>
/// <param name="Text">As written, with comments, without the marks around it.</param>
internal sealed record YamlDocument(YamlNode Root, string Text);
