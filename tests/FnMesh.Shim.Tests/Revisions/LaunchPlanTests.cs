using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Processes;
using FnMesh.Shim.Revisions;

namespace FnMesh.Shim.Tests.Revisions;

public sealed class LaunchPlanTests
{
    private static readonly LaunchPlan Plan = new(new SupervisorOptions { DataDirectory = "/nowhere", Environment = new Dictionary<string, string> { ["MESH"] = "yes", ["BOTH"] = "options" } });

    [Fact]
    public void The_later_source_of_a_variable_wins()
    {
        using var folder = new TempFolder();
        folder.Write("local.settings.json", """{ "Values": { "PATH": "/never", "LOCAL": "yes", "MESH": "no", "PORT": "1", "OWN": "no" } }""");

        var start = Make(folder, [Value("BOTH", "revision"), Value("FNMESH_APP", "spoofed"), Value("OWN", "yes")]);

        Assert.False(start.Environment.ContainsKey("PATH"));
        Assert.Equal("yes", start.Environment["LOCAL"]);
        Assert.Equal("yes", start.Environment["MESH"]);
        Assert.Equal("yes", start.Environment["OWN"]);
        Assert.Equal("revision", start.Environment["BOTH"]);
        Assert.Equal("5000", start.Environment["PORT"]);
        Assert.Equal("shop", start.Environment["FNMESH_APP"]);
        Assert.False(start.Environment.ContainsKey("ASPNETCORE_URLS"));
    }

    [Theory]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData("secret\n\n", "secret\n")]
    [InlineData(" secret", " secret")]
    public void One_line_end_of_a_file_is_left_out(string text, string value)
    {
        using var folder = new TempFolder();
        folder.Write("db", text);

        Assert.Equal(value, Make(folder, [new EnvironmentEntry { Name = "DB", FromFile = "db" }]).Environment["DB"]);
    }

    [Fact]
    public void A_command_runs_in_the_folder_of_its_policy_file()
    {
        using var folder = new TempFolder();

        Assert.Equal(folder.Path, Make(folder, []).Directory);
    }

    [Fact]
    public void A_name_that_a_shell_would_drop_is_refused()
    {
        using var folder = new TempFolder();

        Assert.False(Plan.TryMake("shop", Revision(folder, [Value("a.b", "c")]), 5000, null, new Dictionary<string, string>(), out _, out var failure));
        Assert.Equal("env a.b: is no name of an environment variable; use letters, digits and _", failure);
    }

    private static ChildStart Make(TempFolder folder, ImmutableArray<EnvironmentEntry> environment)
    {
        Assert.True(Plan.TryMake("shop", Revision(folder, environment), 5000, null, new Dictionary<string, string>(), out var start, out var failure), failure);
        return start;
    }

    private static EnvironmentEntry Value(string name, string value) => new() { Name = name, Value = value };

    private static RevisionEntry Revision(TempFolder folder, ImmutableArray<EnvironmentEntry> environment) => new()
    {
        Name = "shop-v1",
        Origin = default,
        Run = new RunEntry { Command = ["sh", "-c", "true"], Directory = folder.Path },
        Replicas = 1,
        Environment = environment,
    };
}
