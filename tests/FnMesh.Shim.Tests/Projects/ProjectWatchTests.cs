namespace FnMesh.Shim.Tests.Projects;

public sealed class ProjectWatchTests
{
    private static SupervisorOptions Watching(SupervisorOptions options) => options with { Watch = true };

    [Fact]
    public async Task A_saved_source_is_built_and_its_process_swapped_in_while_the_one_before_serves()
    {
        await using var mesh = await RunningAsync();
        var before = Assert.Single(mesh.EndpointsOf("one"));

        Save(mesh, "saved from ");

        var after = await mesh.AnnouncedAsync("one", now => now!.Endpoints is [var one] && one != before);
        Assert.NotNull(after);
        await mesh.SaidAsync("saved from ");
        Assert.Equal(2, mesh.Lines.Count(line => line.Text.StartsWith("building ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_save_while_its_project_is_built_is_not_taken_for_built()
    {
        // The save comes when the compiler has read the source, and is older than what the compiler writes.
        const string whileItBuilds = """
            </ItemGroup><Target Name="Save" AfterTargets="CoreCompile" Condition="!Exists('obj/saved')">
              <Copy SourceFiles="next.txt" DestinationFiles="Program.cs" />
              <Touch Files="Program.cs" Time="2020-01-02 03:04:05" />
              <Touch Files="obj/saved" AlwaysCreate="true" />
            </Target><ItemGroup>
            """;
        await using var mesh = new Mesh(Watching);
        ProjectTree.AddFunction(mesh.Folder, "one", whileItBuilds);
        mesh.Folder.Write("one/next.txt", File.ReadAllText(mesh.Folder["one/Program.cs"]).Replace("serves from ", "saved from ", StringComparison.Ordinal));

        mesh.Apply(mesh.Project("one", "one"));
        await mesh.SaidAsync("serves from ");
        await mesh.SaidAsync("saved from ");
    }

    [Fact]
    public async Task A_save_while_its_project_is_built_is_built_at_the_next_start_when_the_mesh_ended_in_that_build()
    {
        // The build ends never, since the mesh does first; the compiler has written what it had read before the save by then, and that is newer than the save.
        const string whileItBuilds = """
            </ItemGroup><Target Name="Hang" AfterTargets="Build" Condition="Exists('hang')">
              <Copy SourceFiles="next.txt" DestinationFiles="Program.cs" />
              <Touch Files="Program.cs" Time="2020-01-02 03:04:05" />
              <Message Importance="high" Text="hanging" />
              <Exec Command="sleep 600" />
            </Target><ItemGroup>
            """;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sleep to hang in");
        await using var mesh = new Mesh();
        ProjectTree.AddFunction(mesh.Folder, "one", whileItBuilds);
        mesh.Folder.Write("one/next.txt", File.ReadAllText(mesh.Folder["one/Program.cs"]).Replace("serves from ", "saved from ", StringComparison.Ordinal));
        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one", "one")));
        mesh.Folder.Write("one/hang", "");
        Save(mesh, "changed from ");
        await mesh.RestartAsync();
        mesh.Apply(mesh.Project("one", "one"));
        await mesh.SaidAsync("hanging");

        await mesh.RestartAsync();
        File.Delete(mesh.Folder["one/hang"]);
        mesh.Apply(mesh.Project("one", "one"));

        await mesh.SaidAsync("saved from ");
    }

    [Fact]
    public async Task A_save_that_does_not_build_is_reported_and_what_ran_before_goes_on_until_it_is_mended()
    {
        await using var mesh = await RunningAsync();
        var before = Assert.Single(mesh.EndpointsOf("one"));

        mesh.Folder.Write("one/Wrong.cs", "int x = ;");
        await mesh.SaidAsync("Wrong.cs(1,");
        await mesh.SaidAsync("the change does not build; what ran before goes on");
        Assert.Equal([before], mesh.EndpointsOf("one"));

        File.Delete(mesh.Folder["one/Wrong.cs"]);
        await mesh.SaidAsync("built again; its output is as before");
        Assert.Equal([before], mesh.EndpointsOf("one"));
    }

    [Fact]
    public async Task A_save_that_does_not_start_is_reported_and_what_ran_before_goes_on()
    {
        await using var mesh = await RunningAsync();
        var before = Assert.Single(mesh.EndpointsOf("one"));

        mesh.Folder.Write("one/Program.cs", "return 3;");

        await mesh.SaidAsync("the change does not start; what ran before goes on serving");
        Assert.Equal([before], mesh.EndpointsOf("one"));
    }

    [Fact]
    public async Task A_save_while_the_policy_names_a_project_that_is_not_there_is_built_once_the_policy_is_mended()
    {
        await using var mesh = await RunningAsync("two");
        mesh.Apply(mesh.Project("one", "nope"), mesh.Project("two", "two"));
        await mesh.SaidAsync("there is no project");

        // What is said of the second save tells that the first was seen.
        Save(mesh, "saved from ");
        Save(mesh, "seen from ", "two");
        await mesh.SaidAsync("seen from ");
        mesh.Apply(mesh.Project("one", "one"), mesh.Project("two", "two"));

        await mesh.SaidAsync("saved from ");
    }

    [Fact]
    public async Task Processes_run_from_copies_that_go_when_they_end_and_what_was_left_behind_is_swept()
    {
        await using var mesh = new Mesh(Watching);
        mesh.Folder.Write(".fnmesh/build/run/left-7/left.dll", "");
        ProjectTree.AddFunction(mesh.Folder, "one");
        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one", "one")));

        Assert.Equal("one.named-1", Assert.Single(Copies(mesh)));
        await mesh.Supervisor.StopAsync(CancellationToken.None).WaitAsync(Mesh.Patience, TimeProvider.System);
        Assert.Empty(Copies(mesh));
    }

    private static async Task<Mesh> RunningAsync(params string[] others)
    {
        var mesh = new Mesh(Watching);
        string[] all = ["one", .. others];
        foreach (var project in all) ProjectTree.AddFunction(mesh.Folder, project);
        Assert.Empty(await mesh.ReadyAsync([.. all.Select(project => mesh.Project(project, project))]));
        await mesh.SaidAsync("serves from ");
        return mesh;
    }

    private static void Save(Mesh mesh, string says, string project = "one") =>
        mesh.Folder.Write($"{project}/Program.cs", File.ReadAllText(mesh.Folder[$"{project}/Program.cs"]).Replace("serves from ", says, StringComparison.Ordinal));

    private static string?[] Copies(Mesh mesh) => [.. Directory.GetDirectories(mesh.Folder[".fnmesh/build/run"]).Select(Path.GetFileName)];
}
