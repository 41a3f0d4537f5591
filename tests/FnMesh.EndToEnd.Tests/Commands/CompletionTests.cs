using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

/// <summary>The script that bash runs, in bash, with the variables that readline sets.</summary>
public sealed class CompletionTests
{
    private const string Try = """
        PATH=$PWD/bin:$PATH
        eval "$(fnmesh completion bash)"
        complete -p fnmesh | grep -q -- '-F _fnmesh fnmesh' || echo 'not registered'
        while IFS= read -r COMP_LINE; do
          COMP_POINT=${#COMP_LINE}
          read -ra COMP_WORDS <<<"$(sed 's/[=:]/ & /g' <<<"$COMP_LINE")"
          [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
          COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _fnmesh 2>/dev/null
          echo "$COMP_LINE -> ${COMPREPLY[*]}"
        done
        """;

    [Fact]
    public async Task Bash_completes_commands_options_kinds_and_the_names_of_the_running_mesh()
    {
        Assert.SkipUnless(File.Exists("/bin/bash") || File.Exists("/usr/bin/bash"), "there is no bash");
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("prices", ("http://127.0.0.1:1", 90), ("http://127.0.0.1:1", 10)), Yaml.App("orders", "http://127.0.0.1:1"), Yaml.Route("all", "prices"), Yaml.Subscription("orders-made", "test.made", "orders"));

        Assert.Equal(
            """
            fnmesh tr -> trace traffic
            fnmesh desc -> describe
            fnmesh logs --rev -> --revision
            fnmesh get -o  -> json table yaml
            fnmesh get a -> authorizationpolicy
            fnmesh describe functionapp  -> orders prices
            fnmesh describe subscription o -> orders-made
            fnmesh traffic pr -> prices
            fnmesh traffic prices  -> prices-v1= prices-v2=
            fnmesh traffic prices prices-v1=50 prices-v2 -> prices-v2=
            fnmesh logs orders --revision  -> orders-v1
            fnmesh deadletters list --subscription  -> orders-made
            fnmesh completion  -> bash fish pwsh zsh
            """.ReplaceLineEndings("\n"),
            await CompleteAsync(mesh.Folder));

        await mesh.Up.StopAsync();
        Assert.Equal("fnmesh traffic  -> \nfnmesh tra -> trace traffic", await CompleteAsync(mesh.Folder, [("FNMESH_CONTROL", "http://127.0.0.1:1")], "fnmesh traffic ", "fnmesh tra"));
    }

    private static Task<string> CompleteAsync(TempFolder folder) => CompleteAsync(
        folder,
        [],
        "fnmesh tr", "fnmesh desc", "fnmesh logs --rev", "fnmesh get -o ", "fnmesh get a", "fnmesh describe functionapp ", "fnmesh describe subscription o", "fnmesh traffic pr", "fnmesh traffic prices ",
        "fnmesh traffic prices prices-v1=50 prices-v2", "fnmesh logs orders --revision ", "fnmesh deadletters list --subscription ", "fnmesh completion ");

    private static async Task<string> CompleteAsync(TempFolder folder, IEnumerable<(string, string)> environment, params string[] lines)
    {
        folder.Write("bin/fnmesh", $"#!/bin/sh\nexec '{FnMeshProgram.DotNet}' exec '{FnMeshProgram.Cli}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["bin/fnmesh"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Write("try.sh", Try);
        folder.Write("lines", string.Join('\n', lines) + "\n");
        var finished = await FnMeshProgram.ShellAsync(folder.Path, "bash try.sh <lines", environment);
        Assert.True(finished.Code == 0, $"{finished}");
        return finished.Output.TrimEnd('\n');
    }
}
