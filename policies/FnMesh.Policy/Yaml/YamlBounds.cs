namespace FnMesh.Policy.Yaml;

/// <summary>What one policy file may cost; all of it is checked before the cost arises.</summary>
internal static class YamlBounds
{
    public const int Bytes = 1024 * 1024;
    public const int Documents = 1000;
    public const int Depth = 32;
    public const int Nodes = 20_000;
}
