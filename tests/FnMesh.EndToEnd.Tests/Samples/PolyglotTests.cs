using FnMesh.EndToEnd.Tests.Documents;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Samples;

public sealed class PolyglotTests(ITestOutputHelper output)
{
    public const string Document = "samples/polyglot/README.md";

    [Fact]
    public async Task Three_languages_do_what_their_README_says_and_verify_finds_their_promises_kept()
    {
        Prerequisite.Need("node", "npm", "python3");
        var commands = DocumentCommand.In(Document, File.ReadAllText(Path.Combine(FnMeshProgram.Root, Document))).ToArray();
        Assert.Contains("dotnet run --project verify", commands.Select(command => command.Text));

        await using var reader = new Reader();
        foreach (var command in commands)
        {
            output.WriteLine($"{command}");
            Assert.Null(await reader.TypeAsync(command));
        }
    }
}
