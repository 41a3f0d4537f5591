using System.Xml.Linq;

namespace FnMesh.House.Tests;

/// <summary>The layers of the house: a product project may reference only what lies below its own layer.</summary>
internal static class Layers
{
    private static readonly Dictionary<string, int> Levels = new()
    {
        ["FnMesh.Policy"] = 0,
        ["FnMesh.Functions.Generators"] = 0,
        ["FnMesh.Templates"] = 0,
        ["FnMesh.Node"] = 1,
        ["FnMesh.Control"] = 2,
        ["FnMesh.Gateway"] = 2,
        ["FnMesh.Shim"] = 2,
        ["FnMesh.Functions"] = 2,
        ["FnMesh.Control.Cosmos"] = 3,
        ["FnMesh.Gateway.Kafka"] = 3,
        ["FnMesh.Gateway.Dapr"] = 3,
        ["FnMesh.Cli"] = 4,
    };

    public static IEnumerable<string> Violations(IEnumerable<TextFile> projects) => projects.SelectMany(Violations);

    private static IEnumerable<string> Violations(TextFile project)
    {
        var isProduct = project.IsProduct;
        if (isProduct && !Levels.ContainsKey(project.Name))
        {
            yield return $"{project.Path}: the project is in no layer; name its layer in an ADR, then in {nameof(Layers)}.cs";
            yield break;
        }

        foreach (var reference in References(project))
        {
            if (!isProduct)
            {
                // With what the package of functions brings.
                if (project.IsUsers && Levels.ContainsKey(reference) && reference is not ("FnMesh.Functions" or "FnMesh.Functions.Generators"))
                {
                    yield return $"{project.Path}: a sample may not reference {reference}";
                }
            }
            else if (!Levels.TryGetValue(reference, out var level))
            {
                yield return $"{project.Path}: references {reference}, which is in no layer";
            }
            else if (level >= Levels[project.Name])
            {
                yield return $"{project.Path}: layer {Levels[project.Name]} references {reference} on layer {level}; references point down only";
            }
        }
    }

    private static IEnumerable<string> References(TextFile project) =>
        XDocument.Parse(project.Text).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
}
