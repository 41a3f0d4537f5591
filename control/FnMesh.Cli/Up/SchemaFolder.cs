using FnMesh.Policy.Schemas;

namespace FnMesh.Cli.Up;

/// <summary>The JSON Schemas of the policy kinds in <c>.fnmesh/schema/</c>, where an editor finds them.</summary>
internal static class SchemaFolder
{
    /// <summary>What the first line of a policy file in <c>policies/</c> says to an editor.</summary>
    public const string Comment = $"# yaml-language-server: $schema=../{DataDirectory.DefaultName}/schema/{KindSchemas.AnyKind}";

    /// <summary>Writes those that differ.</summary>
    /// <param name="directory">The folder of the mesh.</param>
    /// <exception cref="IOException">They cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be written.</exception>
    public static void Write(string directory)
    {
        var data = Path.Combine(directory, DataDirectory.DefaultName);
        DataDirectory.Create(data);
        var folder = Directory.CreateDirectory(Path.Combine(data, "schema")).FullName;
        foreach (var (name, text) in KindSchemas.All())
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file) || File.ReadAllText(file) != text) File.WriteAllText(file, text);
        }
    }
}
