namespace FnMesh.House.Tests;

public sealed class DocumentsTests
{
    [Fact]
    public void Links_lead_to_files_that_exist() =>
        Expect.None(Repository.Files(".md").SelectMany(document => Documents.DeadLinks(document, Repository.Exists)));

    [Fact]
    public void Types_that_documents_link_to_exist() =>
        Expect.None(Repository.Files(".md").SelectMany(document => Documents.MissingTypes(document, Read)));

    [Fact]
    public void A_dead_link_is_found()
    {
        var document = new TextFile("docs/a.md", "[x](../here.md#part) [y](gone.md) [z](https://example.org) [w](#part)");
        Assert.Equal("docs/a.md: gone.md does not exist", Assert.Single(Documents.DeadLinks(document, path => path.EndsWith("here.md", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("internal sealed class Envelope", 0)]
    [InlineData("internal sealed class EnvelopePool", 1)]
    [InlineData(null, 1)]
    public void A_type_that_is_gone_is_found(string? text, int found) =>
        Assert.Equal(found, Documents.MissingTypes(new TextFile("docs/a.md", "the [`Envelope`](../x/Envelope.cs) passes"), _ => text).Count());

    [Fact]
    public void Every_type_that_a_life_names_exists()
    {
        var types = Repository.Files(".cs").Where(source => source.IsProduct).SelectMany(source => Documents.DeclaredTypes(source.Text)).ToHashSet();
        var lives = Repository.Files(".md").Where(document => document.Path.StartsWith("docs/life-of-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, lives.Length);
        Assert.All(lives, life => Assert.Contains("```mermaid", life.Text, StringComparison.Ordinal));
        Expect.None(lives.SelectMany(life => Documents.UnknownNames(life, types)));
    }

    [Fact]
    public void A_name_that_is_no_type_is_found()
    {
        var types = Documents.DeclaredTypes("internal sealed class Gate(int a) : IGate\ninternal readonly record struct Way<T>(T To);\ninternal delegate ValueTask<Way> Go(string to);\n/// <summary>of class.</summary>").ToHashSet();
        Assert.Equal(["Gate", "Go", "Way"], types.Order());
        var document = new TextFile("docs/life-of-a-day.md", "`Gate.Open` and `Way<T>` let `Go`, `GET` and `partitionkey` to `Gone` and [`Left`](a.cs)");
        Assert.Equal(["docs/life-of-a-day.md: `Gone` is no type", "docs/life-of-a-day.md: `Left` is no type"], Documents.UnknownNames(document, types));
    }

    private static string? Read(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }
}
