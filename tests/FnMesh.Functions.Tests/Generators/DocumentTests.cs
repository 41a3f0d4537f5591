using System.Text.RegularExpressions;
using FnMesh.Functions.Generators;
using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Tests.Generators;

/// <summary>docs/functions.md.</summary>
public sealed partial class DocumentTests
{
    // What the SDK for the web and two usings give a file.
    private const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Net.Http; using System.Net.Http.Json; using System.Threading; using System.Threading.Tasks;
        using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Hosting; using Microsoft.AspNetCore.Http; using Microsoft.AspNetCore.Routing; using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection; using Microsoft.Extensions.Hosting; using Microsoft.Extensions.Logging; using CloudNative.CloudEvents; using FnMesh.Functions;

        """;

    private static readonly string Document = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "functions.md"));

    public static TheoryData<string> Examples => [.. Example().Matches(Document).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_compiles_without_a_word(string example) => Assert.Empty(Compiled.From(Usings + example).Faults);

    [Fact]
    public void Every_code_is_explained()
    {
        var codes = typeof(Faults).GetFields().Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id).ToArray();
        Assert.Equal(18, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Contains($"| {code} |", Document, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_attribute_is_named() =>
        Assert.All(typeof(FunctionAttribute).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute))), type =>
            Assert.Contains($"[{type.Name[..^"Attribute".Length]}", Document, StringComparison.Ordinal));

    [GeneratedRegex(@"^```csharp\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
