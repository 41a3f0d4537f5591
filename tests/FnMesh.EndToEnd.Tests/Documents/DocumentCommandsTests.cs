using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Samples;

namespace FnMesh.EndToEnd.Tests.Documents;

/// <summary>What README and the other documents tell the reader to type is typed.</summary>
[Collection(nameof(ShopTests))]
public sealed class DocumentCommandsTests(ITestOutputHelper output)
{
    /// <summary>What is not typed here, and why not.</summary>
    private static readonly Dictionary<string, string> Left = new(StringComparer.Ordinal)
    {
        ["./test"] = "it is what runs this test",
        ["./pack --output ~/fnmesh-packages"] = "writes to the user's home; PackagesTests does it elsewhere",
        ["dotnet nuget add source ~/fnmesh-packages --name fnmesh"] = "writes to the user's home; PackagesTests does it elsewhere",
        ["dotnet tool install --global FnMesh.Cli"] = "writes to the user's home; PackagesTests does it elsewhere",
        ["dotnet new install FnMesh.Templates"] = "writes to the user's home; PackagesTests does it elsewhere",
        ["FNMESH_CONTROL=https://127.0.0.1:7444 FNMESH_JOIN_TOKEN_FILE=tokens/hello FNMESH_REVISION=hello-v1 ./fnmesh shim -- ./server"] = "stands for a server of the reader's own; ShimTests runs one",
        ["FNMESH_CONTROL=https://127.0.0.1:7444 FNMESH_JOIN_TOKEN_FILE=tokens/gateway ./fnmesh gateway --take-over"] = "works on Linux alone; UpgradeTests does it",
        ["bench/calls"] = "takes minutes and needs nginx and wrk",
        ["bench/events"] = "takes minutes",
        ["bench/functions"] = "takes minutes",
        ["bench/log"] = "takes minutes and more than 10 GB of disk",
        ["bench/balance"] = "takes minutes",
        ["bench/filters"] = "takes half a minute of a CPU",
        ["bench/stages"] = "takes minutes",
        ["bench/trust"] = "takes a minute of a CPU",
        ["bench/wall slow"] = "takes minutes and many open files",
        ["bench/wall fuzz"] = "takes hours",
        ["bench/down"] = "takes minutes",
        ["bench/shed"] = "takes a minute",
    };

    [Fact]
    public async Task Every_command_of_the_documents_does_what_they_say()
    {
        var commands = Documents().SelectMany(path => DocumentCommand.In(path, File.ReadAllText(Path.Combine(FnMeshProgram.Root, path)))).ToArray();
        Assert.Empty(Left.Keys.Except(commands.Select(command => command.Text)));

        await using var reader = new Reader();
        var failures = new List<string>();
        foreach (var command in commands.Where(command => !Left.ContainsKey(command.Text)))
        {
            output.WriteLine($"{command}");
            if (await reader.TypeAsync(command) is { } failure) failures.Add(failure);
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.True(commands.Length - Left.Count >= 8, $"only {commands.Length} commands were found");
    }

    [Theory]
    [InlineData("./fnmesh validate -f DIR", null)]
    [InlineData("./fnmesh validate --fil DIR", "exit code 2")]
    [InlineData("curl http://127.0.0.1:1/", "exit code 7")]
    public async Task A_command_that_does_not_work_is_found(string text, string? failure)
    {
        await using var reader = new Reader();
        var found = await reader.TypeAsync(new DocumentCommand("README.md", 7, text));
        if (failure is null)
        {
            Assert.Null(found);
            return;
        }

        Assert.StartsWith($"README.md:7: {text}", found, StringComparison.Ordinal);
        Assert.Contains(failure, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_are_read_from_shell_blocks_and_from_backticks()
    {
        const string Text = """
            Type `./fnmesh trace ID`, not `./fnmesh` nor `fnmesh up`.
            ```sh
            # first
            ./fnmesh up x   # starts
            curl 'a#b'
            ```
            ```console
            $ ./test
            5 passed
            ```
            ```
            ./fnmesh other
            ```
            """;
        Assert.Equal(
            ["a.md:1: ./fnmesh trace ID", "a.md:4: ./fnmesh up x", "a.md:5: curl 'a#b'", "a.md:8: ./test"],
            DocumentCommand.In("a.md", Text).Select(command => command.ToString()));
    }

    [Theory]
    [InlineData("hello.csproj")]
    [InlineData("Program.cs")]
    [InlineData("policies/hello.yaml")]
    public void The_first_mesh_of_the_README_is_a_sample_that_runs(string file)
    {
        var text = File.ReadAllText(Path.Combine(FnMeshProgram.Root, "samples", "hello", file)).ReplaceLineEndings("\n");
        Assert.Contains($"\n{text}```", File.ReadAllText(Path.Combine(FnMeshProgram.Root, "README.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Documents()
    {
        string[] docs = [.. Directory.GetFiles(Path.Combine(FnMeshProgram.Root, "docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal)];
        var samples = Directory.GetDirectories(Path.Combine(FnMeshProgram.Root, "samples")).Select(folder => $"samples/{Path.GetFileName(folder)}/README.md")
            .Where(path => path != PolyglotTests.Document) // It needs more than the .NET SDK, and so has a test that can be skipped.
            .Where(path => File.Exists(Path.Combine(FnMeshProgram.Root, path))).Order(StringComparer.Ordinal);
        return ["README.md", "CONTRIBUTING.md", .. docs, .. samples];
    }
}
