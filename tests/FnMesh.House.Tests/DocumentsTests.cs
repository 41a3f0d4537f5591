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
    public void Commands_are_read_from_shell_blocks_and_from_help()
    {
        var document = new TextFile("README.md", "run `./fnmesh gone`\n```sh\n./fnmesh up samples/shop   # starts\ncurl x\n$ fnmesh trace ID\n```\n```\n./fnmesh other\n```\n");
        Assert.Equal(["up samples/shop", "trace ID"], Documents.Commands(document));
        Assert.Equal(["up", "trace"], Documents.CommandNames("Usage:\n  fnmesh [command]\n\nCommands:\n  up <DIR>   Starts\n  trace <ID>  Shows\n\nMore\n"));
    }

    private static string? Read(string path)
    {
        var full = Path.Combine(Repository.Root, path);
        return File.Exists(full) ? File.ReadAllText(full) : null;
    }
}
