using System.Text.RegularExpressions;

namespace FnMesh.House.Tests;

public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Every_test_that_the_document_on_security_names_is_there()
    {
        var document = Repository.Files(".md").Single(file => file.Path == "docs/security.md");
        var methods = Repository.Files(".cs").Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(file => Method().Matches(file.Text)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(document.Text).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(named.Length > 30, $"only {named.Length} tests are named");
        Assert.Empty(named.Except(methods));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,})`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public (?:static )?(?:async )?(?:Task|ValueTask|void) (\w+)\(")]
    private static partial Regex Method();
}
