using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim.Tests.Projects;

public sealed class ProjectBuildTests
{
    [Fact]
    public async Task Projects_are_built_together_once_and_run_in_their_folder_and_only_what_changed_is_built_again()
    {
        await using var mesh = new Mesh();
        ProjectTree.AddLibrary(mesh.Folder, "lib");
        ProjectTree.AddFunction(mesh.Folder, "one", """<ProjectReference Include="../lib/lib.csproj" />""");
        ProjectTree.AddFunction(mesh.Folder, "two (b)", """<ProjectReference Include="../lib/lib.csproj" />""");

        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one-v1", "one"), mesh.Project("one-v2", "one/one.csproj"), mesh.Project("two-v1", "two (b)")));

        Assert.Equal($"serves from {mesh.Folder["two (b)"]}", (await mesh.SaidAsync("serves from " + mesh.Folder["two (b)"])).Text);
        Assert.Equal(["building 2 projects"], Builds(mesh));

        Assert.Empty(await mesh.ReadyAsync());
        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one-v1", "one"), mesh.Project("two-v1", "two (b)")));
        Assert.Equal(["building 2 projects"], Builds(mesh));

        Assert.Empty(await mesh.ReadyAsync());
        mesh.Folder.Write("two (b)/More.cs", "");
        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one-v1", "one"), mesh.Project("two-v1", "two (b)")));
        Assert.Equal(["building 2 projects", $"building {mesh.Folder["two (b)/two (b).csproj"]}"], Builds(mesh));
    }

    [Fact]
    public async Task A_project_that_does_not_compile_shows_the_compilers_lines_and_the_others_run()
    {
        await using var mesh = new Mesh();
        ProjectTree.AddFunction(mesh.Folder, "good");
        ProjectTree.AddFunction(mesh.Folder, "bad");
        ProjectTree.AddLibrary(mesh.Folder, "lib");
        mesh.Folder.Write("bad/Wrong.cs", "int x = ;");

        var failures = await mesh.ReadyAsync(mesh.Project("good", "good"), mesh.Project("bad", "bad"), mesh.Project("lib", "lib"), mesh.Project("gone", "gone"));

        Assert.Equal(["bad", "lib", "gone"], failures.Select(failure => failure.Revision));
        Assert.StartsWith($"app/bad: {mesh.Folder["bad/bad.csproj"]} does not build:\n{mesh.Folder["bad/Wrong.cs"]}(1,", failures[0].Message);
        Assert.Contains(": error CS", failures[0].Message);
        Assert.Contains(" is no program: ", failures[1].Message);
        Assert.Contains("there is no project '", failures[2].Message);
        Assert.Single(mesh.EndpointsOf("good"));
        Assert.Contains(mesh.Lines, line => line is { Revision: "bad", IsError: true } && line.Text.Contains(": error CS"));

        File.Delete(mesh.Folder["bad/Wrong.cs"]);
        Assert.Empty(await mesh.ReadyAsync(mesh.Project("good", "good"), mesh.Project("bad", "bad")));
    }

    [Fact]
    public async Task A_package_that_does_not_exist_is_named_and_the_others_run()
    {
        await using var mesh = new Mesh();
        mesh.Folder.Write("nuget.config", """<configuration><packageSources><clear /><add key="nothing" value="feed" /></packageSources></configuration>""");
        Directory.CreateDirectory(mesh.Folder["feed"]);
        ProjectTree.AddFunction(mesh.Folder, "good");
        ProjectTree.AddFunction(mesh.Folder, "bad", """<PackageReference Include="No.Such.Package" Version="1.0.0" />""");

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Project("good", "good"), mesh.Project("bad", "bad")));

        Assert.StartsWith($"app/bad: {mesh.Folder["bad/bad.csproj"]} does not build:\n{mesh.Folder["bad/bad.csproj"]} : error NU1101: Unable to find package No.Such.Package.", failure.Message);
        Assert.Single(mesh.EndpointsOf("good"));
    }

    [Fact]
    public async Task A_console_that_is_turned_off_hides_no_error()
    {
        await using var mesh = new Mesh();
        mesh.Folder.Write("Directory.Build.rsp", "-noConsoleLogger");
        ProjectTree.AddFunction(mesh.Folder, "bad");
        mesh.Folder.Write("bad/Wrong.cs", "int x = ;");

        var failure = Assert.Single(await mesh.ReadyAsync(mesh.Project("bad", "bad")));

        Assert.StartsWith($"app/bad: {mesh.Folder["bad/bad.csproj"]} does not build:\n{mesh.Folder["bad/Wrong.cs"]}(1,", failure.Message);
    }

    [Fact]
    public async Task Many_changes_during_a_build_are_one_more_build()
    {
        await using var mesh = new Mesh();
        ProjectTree.AddFunction(mesh.Folder, "one", """<Compile Include="$(Somewhere)/*.none" />""");
        mesh.Apply(mesh.Project("one-v1", "one"));
        await mesh.SaidAsync("Determining projects to restore");

        for (var turn = 0; turn < 10; turn++)
        {
            mesh.Apply(mesh.Project("one-v1", "one") with { Environment = [new EnvironmentEntry { Name = "TURN", Value = $"{turn}" }] }, mesh.Url($"seen-{turn}", "http://localhost:1"));
            await mesh.AnnouncedAsync($"seen-{turn}", entry => entry is not null);
        }

        Assert.Empty(await mesh.ReadyAsync(mesh.Project("one-v1", "one")));
        Assert.InRange(Builds(mesh).Length, 2, 3);
    }

    [Fact]
    public async Task A_stop_ends_a_build_that_runs()
    {
        await using var mesh = new Mesh();
        ProjectTree.AddFunction(mesh.Folder, "one");
        mesh.Apply(mesh.Project("one-v1", "one"));
        await mesh.SaidAsync("Determining projects to restore");

        await mesh.Supervisor.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

        Assert.DoesNotContain(mesh.Lines, line => line.Text.Contains(".dll", StringComparison.Ordinal));
    }

    private static string[] Builds(Mesh mesh) => [.. mesh.Lines.Select(line => line.Text).Where(text => text.StartsWith("building ", StringComparison.Ordinal))];
}
