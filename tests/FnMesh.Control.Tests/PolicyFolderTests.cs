namespace FnMesh.Control.Tests;

public sealed class PolicyFolderTests
{
    [Fact]
    public async Task Files_of_all_folders_below_are_one_policy_and_absolute_paths_stay_absolute()
    {
        await using var files = new PolicyDirectory();
        files.Write("b.yaml", PolicyDirectory.App("billing"));
        files.Write("deep/er/a.yml", PolicyDirectory.App("orders"));
        files.Write("notes.txt", "not a policy");
        files.Write(".hidden.yaml", "not: [ a policy");
        var loaded = files.Folder.Load();
        Assert.Equal([files.PathOf("b.yaml") + ":1:1", files.PathOf("deep/er/a.yml") + ":1:1"], loaded.Resources.Select(resource => resource.Origin.ToString()));
        Assert.NotNull(loaded.Snapshot);
    }

    [Fact]
    public async Task A_missing_folder_is_a_diagnostic()
    {
        await using var files = new PolicyDirectory();
        Directory.Delete(files.PathOf(""));
        var loaded = files.Folder.Load();
        Assert.Null(loaded.Snapshot);
        Assert.StartsWith($"{files.Folder.Path}:1:1: error FNM0005: ", Assert.Single(loaded.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_text_is_a_diagnostic()
    {
        await using var files = new PolicyDirectory();
        File.WriteAllBytes(files.PathOf("a.yaml"), [0xFF, 0xFE, 0x00]);
        Assert.Equal("FNM0002", Assert.Single(files.Folder.Load().Diagnostics).Code);
    }

    [Fact]
    public async Task A_pipe_among_the_files_is_not_waited_for()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", files.PathOf("b.yaml"))) await made.WaitForExitAsync();

        Assert.NotNull((await Task.Run(files.Folder.Load).WaitAsync(PolicyDirectory.Patience)).Snapshot);
    }

    [Theory]
    [InlineData("touch")]
    [InlineData("mkfifo")]
    public async Task A_file_named_by_itself_that_holds_nothing_or_is_a_pipe_is_refused_and_not_waited_for(string maker)
    {
        if (OperatingSystem.IsWindows()) return;
        await using var files = new PolicyDirectory();
        using (var made = System.Diagnostics.Process.Start(maker, files.PathOf("one"))) await made.WaitForExitAsync();

        var loaded = await Task.Run(new PolicyFolder(files.PathOf("one"), TimeProvider.System).Load).WaitAsync(PolicyDirectory.Patience);

        Assert.Null(loaded.Snapshot);
        Assert.StartsWith($"{files.PathOf("one")}:1:1: error FNM0013: ", Assert.Single(loaded.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_thousand_files_are_refused()
    {
        await using var files = new PolicyDirectory();
        for (var i = 0; i <= 1000; i++) files.Write($"{i}.yaml", "");
        Assert.Equal("FNM0004", Assert.Single(files.Folder.Load().Diagnostics).Code);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("real")]
    [InlineData("../elsewhere")]
    public async Task A_linked_folder_is_one_diagnostic_and_is_not_followed(string target)
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Write("real/b.yaml", PolicyDirectory.App("billing"));
        files.Write("../elsewhere/c.yaml", PolicyDirectory.App("pricing"));
        Directory.CreateSymbolicLink(files.PathOf("linked"), target);

        var loaded = files.Folder.Load();

        Assert.StartsWith($"{files.PathOf("linked")}:1:1: error FNM0006: ", Assert.Single(loaded.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Null(loaded.Snapshot);
        Assert.Equal(["billing", "orders"], loaded.Resources.Select(resource => resource.Name));

        Directory.Delete(files.PathOf("linked"));
        Assert.NotNull(files.Folder.Look()!.Snapshot);
    }

    [Fact]
    public async Task A_linked_file_and_a_policy_folder_that_is_a_link_itself_are_read()
    {
        await using var files = new PolicyDirectory();
        files.Write("../elsewhere/c.yaml", PolicyDirectory.App("pricing"));
        File.CreateSymbolicLink(files.PathOf("c.yaml"), "../elsewhere/c.yaml");
        var link = Path.Combine(files.Root, "link");
        Directory.CreateSymbolicLink(link, "policies");

        Assert.NotNull(files.Folder.Load().Snapshot);
        Assert.NotNull(new PolicyFolder(link, TimeProvider.System).Load().Snapshot);
    }

    [Fact]
    public async Task A_folder_without_policy_files_is_a_warning_that_names_it()
    {
        await using var files = new PolicyDirectory();
        files.Write("mesh.txt", PolicyDirectory.App("orders"));

        var loaded = files.Folder.Load();

        Assert.StartsWith($"{files.Folder.Path}:1:1: warning FNM0007: ", Assert.Single(loaded.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.NotNull(loaded.Snapshot);
    }

    [Fact]
    public async Task An_edit_is_seen()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Folder.Load();
        files.Watch();
        files.Write("a.yaml", PolicyDirectory.App("billing"));
        Assert.Equal(["billing"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task An_edit_between_loading_and_watching_is_seen()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Folder.Load();
        files.Write("a.yaml", PolicyDirectory.App("billings"));
        files.Watch();
        Assert.Equal(["billings"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_file_renamed_over_another_is_seen_whole()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Folder.Load();
        files.Watch();
        files.Write("a.yaml~", PolicyDirectory.App("billing"));
        File.Move(files.PathOf("a.yaml~"), files.PathOf("a.yaml"), overwrite: true);
        Assert.Equal(["billing"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_save_that_deletes_and_creates_never_shows_the_gap()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Write("b.yaml", PolicyDirectory.App("pricing"));
        files.Folder.Load();
        files.Watch();
        File.Delete(files.PathOf("a.yaml"));
        files.Write("a.yaml", PolicyDirectory.App("billing"));
        Assert.Equal(["billing", "pricing"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_file_written_in_two_halves_is_seen_whole()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Folder.Load();
        files.Watch();
        var text = PolicyDirectory.App("billing") + "\n---\n" + PolicyDirectory.App("pricing");
        using (var writer = new StreamWriter(files.PathOf("a.yaml")))
        {
            writer.Write(text[..(text.Length / 2)]);
            writer.Flush();
            writer.Write(text[(text.Length / 2)..]);
        }

        Assert.Equal(["billing", "pricing"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_touch_without_a_change_is_no_change()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Folder.Load();
        files.Watch();
        File.SetLastWriteTimeUtc(files.PathOf("a.yaml"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Write("b.yaml", PolicyDirectory.App("billing"));
        Assert.Equal(["billing", "orders"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_deleted_file_is_seen()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        files.Write("b.yaml", PolicyDirectory.App("billing"));
        files.Folder.Load();
        files.Watch();
        File.Delete(files.PathOf("b.yaml"));
        Assert.Equal(["orders"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_new_folder_below_is_seen()
    {
        await using var files = new PolicyDirectory();
        files.Folder.Load();
        files.Watch();
        files.Write("new/a.yaml", PolicyDirectory.App("orders"));
        Assert.Equal(["orders"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_bad_edit_keeps_the_last_good_policy_and_its_mend_goes_live()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        List<string> live = [];
        var reconciler = new PolicyReconciler((policy, _) =>
        {
            live.Add(policy.Apps[0].Name);
            return ValueTask.FromResult(true);
        });
        Assert.Equal(Reconciliation.Published, await reconciler.ReconcileAsync(files.Folder.Load(), CancellationToken.None));
        files.Watch();

        files.Write("a.yaml", PolicyDirectory.App("orders") + "\nbad: true");
        var bad = await files.NextAsync();
        Assert.Equal("FNM1103", Assert.Single(bad.Diagnostics).Code);
        Assert.Equal(Reconciliation.Refused, await reconciler.ReconcileAsync(bad, CancellationToken.None));
        Assert.Equal("orders", reconciler.Current!.Snapshot!.Apps[0].Name);

        files.Write("a.yaml", PolicyDirectory.App("billing"));
        Assert.Equal(Reconciliation.Published, await reconciler.ReconcileAsync(await files.NextAsync(), CancellationToken.None));
        Assert.Equal(["orders", "billing"], live);
    }

    [Fact]
    public async Task The_same_policy_is_not_published_again()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", PolicyDirectory.App("orders"));
        var published = 0;
        var reconciler = new PolicyReconciler((_, _) => ValueTask.FromResult(++published > 0));
        await reconciler.ReconcileAsync(files.Folder.Load(), CancellationToken.None);
        Assert.Equal(Reconciliation.Unchanged, await reconciler.ReconcileAsync(files.Folder.Load(), CancellationToken.None));
        Assert.Equal(1, published);
    }

    [Fact]
    public async Task A_project_that_is_not_there_is_an_error_at_its_place_until_it_is_made()
    {
        await using var files = new PolicyDirectory(findsProjects: true);
        files.Write("../web/web.csproj", "<Project/>");
        files.Write("../empty/notes.txt", "");
        files.Write("a.yaml", Projects("../web", "../web/web.csproj", "../wbe", "../empty"));
        var loaded = files.Folder.Load();
        Assert.Null(loaded.Snapshot);
        Assert.Equal(
            [
                $"{files.PathOf("a.yaml")}:8:39: error FNM0012: there is no project '{Path.Combine(files.Root, "wbe")}'; run.project is a folder or a project file, relative to the folder of the policy file",
                $"{files.PathOf("a.yaml")}:9:39: error FNM0012: the folder '{Path.Combine(files.Root, "empty")}' has no project file; run.project is one, or its folder",
            ],
            loaded.Diagnostics.Select(found => found.ToString()));

        files.Watch();
        files.Write("a.yaml", Projects("../wbe"));
        Assert.Null((await files.NextAsync()).Snapshot);
        files.Write("../wbe/web.csproj", "<Project/>");
        Assert.Equal(["web"], await files.NextAppsAsync());
    }

    [Fact]
    public async Task A_project_in_the_folder_of_another_is_a_warning_that_names_both_until_the_other_leaves_it_out()
    {
        await using var files = new PolicyDirectory(findsProjects: true);
        files.Write("../first.csproj", "<Project/>");
        files.Write("../next/Next.csproj", "<Project/>");
        files.Write("../nextdoor/Door.fsproj", "<Project/>");
        files.Write("a.yaml", Projects("..", "../next", "../nextdoor"));
        var loaded = files.Folder.Load();
        Assert.NotNull(loaded.Snapshot);
        var (inner, outer) = (Path.Combine(files.Root, "next", "Next.csproj"), Path.Combine(files.Root, "first.csproj"));
        Assert.Equal(
            $"{files.PathOf("a.yaml")}:7:39: warning FNM1412: the project {inner} lies in the folder of {outer}, which compiles its sources too and fails on them; move one of the two beside the other, or add <DefaultItemExcludes>$(DefaultItemExcludes);next/**</DefaultItemExcludes> to a PropertyGroup of {outer}",
            Assert.Single(loaded.Diagnostics).ToString());

        foreach (var left in (string[])[
            "<PropertyGroup><DefaultItemExcludes>$(DefaultItemExcludes);next/**</DefaultItemExcludes></PropertyGroup>", """<ItemGroup><Compile Remove="next\**\*.cs" /></ItemGroup>""",
            """<ItemGroup><Compile Remove="**/next/**" /></ItemGroup>""", "<PropertyGroup><EnableDefaultCompileItems>false</EnableDefaultCompileItems></PropertyGroup>"])
        {
            files.Write("../first.csproj", $"<Project>{left}</Project>");
            Assert.Empty(files.Folder.Load().Diagnostics);
        }

        files.Write("../first.csproj", """<Project><ItemGroup><Compile Remove="nextdoor/**;ne/**;next/One.cs" /></ItemGroup></Project>""");
        Assert.Equal("FNM1412", Assert.Single(files.Folder.Load().Diagnostics).Code);
        files.Write("../Directory.Build.props", "<Project><PropertyGroup><DefaultItemExcludes>next/**</DefaultItemExcludes></PropertyGroup></Project>");
        Assert.Empty(files.Folder.Load().Diagnostics);
    }

    [Fact]
    public async Task Without_policies_a_project_in_the_folder_of_another_is_told_at_its_beginning()
    {
        await using var files = new PolicyDirectory();
        const string Text = """<Project><ItemGroup><PackageReference Include="FnMesh.Functions" /></ItemGroup></Project>""";
        files.Write("../first.csproj", Text);
        files.Write("../next/Next.csproj", Text);
        Assert.StartsWith(
            $"{Path.Combine(files.Root, "next", "Next.csproj")}:1:1: warning FNM1412: ",
            Assert.Single(PolicyFolder.OfApps(files.Root, [], TimeProvider.System).Load().Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_projects_run_elsewhere_nobody_looks_for_them()
    {
        await using var files = new PolicyDirectory();
        files.Write("a.yaml", Projects("../nowhere"));
        Assert.NotNull(files.Folder.Load().Snapshot);
    }

    private static string Projects(params string[] paths) => $"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: {"{ name: web }"}
        spec:
          revisions:
        {string.Join('\n', paths.Select((path, at) => $"    - {{ name: web-v{at + 1}, run: {{ project: {path} }} }}"))}
        """;
}
