using System.Reflection;
using System.Text.RegularExpressions;

namespace FnMesh.Policy.Tests;

public class DiagnosticCodesTests
{
    [Fact]
    public void Every_code_means_one_thing_and_is_explained_and_every_explained_code_exists()
    {
        var explained = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md")), @"^\| (FNM\d{4}) \|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToArray();

        var ofFiles = new[] { "control/FnMesh.Control/Folders/PolicyFileErrors.cs", "control/FnMesh.Control/Projects/ProjectErrors.cs", "runtime-shim/FnMesh.Shim/AzureFunctions/Functions/FunctionRefusal.cs" }
            .SelectMany(file => Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, file)), @"""(FNM\d{4})"""))
            .Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(Codes().Concat(ofFiles).Order(), explained.Order());
        Assert.Equal(explained.Distinct().Order(), explained.Order());
    }

    [Fact]
    public void Every_code_has_an_example_among_the_golden_cases()
    {
        // Shown by texts that cannot be files of the repository: see HostileYamlTests.
        string[] elsewhere = [DiagnosticCodes.InvalidText, DiagnosticCodes.TooLarge, DiagnosticCodes.TooManyDiagnostics];
        var shown = string.Concat(Directory.GetFiles(Repository.Golden, "diagnostics.txt", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.Equal(elsewhere, Codes().Where(code => !shown.Contains(code)).Order());
    }

    private static IEnumerable<string> Codes() =>
        typeof(DiagnosticCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
}
