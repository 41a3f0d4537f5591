using System.Text.Json;
using System.Text.Json.Nodes;

namespace FnMesh.Policy.Tests;

public class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Cases() => [.. Directory.GetDirectories(Repository.Golden).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_policy_compiles_to_what_is_written_beside_it(string name)
    {
        var folder = Path.Combine(Repository.Golden, name);
        var compilation = PolicyCompiler.Compile(Repository.Sources(folder));

        Check(Path.Combine(folder, "diagnostics.txt"), string.Concat(compilation.Diagnostics.Select(found => found + "\n")));
        Check(Path.Combine(folder, "snapshot.json"), compilation.Snapshot is { } snapshot
            ? JsonNode.Parse(PolicySnapshotJson.Write(snapshot))!.ToJsonString(Indented) + "\n"
            : "");
    }

    private static void Check(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("FNMESH_UPDATE_GOLDEN") == "1")
        {
            if (actual.Length > 0) File.WriteAllText(file, actual);
            else File.Delete(file);
        }

        var expected = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        Assert.Equal(expected, actual.ReplaceLineEndings("\n"));
    }
}
