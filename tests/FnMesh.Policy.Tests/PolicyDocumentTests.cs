using System.Text.RegularExpressions;

namespace FnMesh.Policy.Tests;

/// <summary>The examples of docs/policy.md, each a set of documents by itself.</summary>
public class PolicyDocumentTests
{
    internal static readonly string[] Examples =
    [
        .. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "policy.md")), @"^```yaml\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value),
    ];

    [Fact]
    public void Every_example_compiles_without_a_word() =>
        Assert.All(Examples, example => Assert.Empty(PolicyCompiler.Compile([new PolicySource("policies/example.yaml", example)]).Diagnostics));

    [Fact]
    public void Every_kind_that_acts_has_an_example() =>
        Assert.Equal(
            ["AuthorizationPolicy", "FunctionApp", "GRPCRoute", "Gateway", "HTTPRoute", "JwtProvider", "Mesh", "ReferenceGrant", "Subscription", "TrafficPolicy"],
            Examples.SelectMany(example => PolicyCompiler.Compile([new PolicySource("policies/example.yaml", example)]).Resources)
                .Select(resource => resource.Kind).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Request", "100 s")]
    [InlineData("DeliveryTimeout", "30 s")]
    [InlineData("RetryBackoff", "50 ms")]
    public void The_table_of_defaults_tells_the_code(string name, string written)
    {
        var value = (TimeSpan)typeof(Defaults).GetField(name)!.GetValue(null)!;
        Assert.Equal(written, value < TimeSpan.FromSeconds(1) ? $"{value.TotalMilliseconds} ms" : $"{value.TotalSeconds} s");
        Assert.Contains($"| {written} |", File.ReadAllText(Path.Combine(Repository.Root, "docs", "policy.md")));
    }
}
