using System.Reflection;
using System.Text.RegularExpressions;

namespace FnMesh.Policy.Tests;

public class DiagnosticCodesTests
{
    [Fact]
    public void Every_code_is_explained_and_every_explained_code_exists()
    {
        var codes = typeof(DiagnosticCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var explained = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md")), @"^\| (FNM\d{4}) \|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);

        Assert.Equal(codes.Order(), explained.Order());
    }
}
