using System.Text;
using FnMesh.Control.Editing;
using FnMesh.Control.Traffic;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Tests.Traffic;

public sealed class TrafficEditTests : IAsyncDisposable
{
    private const string Text = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp   # the shop's prices
        metadata: { name: pricing }
        spec:
          revisions: [ { name: v1, run: { url: "http://127.0.0.1:9" } }, { name: v2, run: { url: "http://127.0.0.1:9" } } ]
          traffic: [ { revisionName: v1, percent: 90 }, { revisionName: v2, percent: 10 } ]   # until Friday
        """;

    private static readonly TrafficShare[] Half = [new("v1", 50), new("v2", 50)];
    private readonly PolicyDirectory _policies = new();

    public ValueTask DisposeAsync() => _policies.DisposeAsync();

    [Fact]
    public void Only_the_percents_of_the_file_change()
    {
        Assert.True(Make().Changed);
        Assert.Equal(Text.Replace("90", "50", StringComparison.Ordinal).Replace("10 }", "50 }", StringComparison.Ordinal), File.ReadAllText(_policies.PathOf("a.yaml")));
        Assert.Equal(["a.yaml"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(_policies.PathOf("a.yaml"))!).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_byte_order_mark_and_the_rights_of_the_file_stay()
    {
        var file = _policies.PathOf("a.yaml");
        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Text)]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)0b110_110_010);

        Assert.True(Make(write: false).Changed);

        Assert.Equal(Encoding.UTF8.Preamble, File.ReadAllBytes(file).AsSpan(0, 3));
        if (!OperatingSystem.IsWindows()) Assert.Equal((UnixFileMode)0b110_110_010, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_linked_file_is_changed_where_it_lies()
    {
        var elsewhere = Path.Combine(_policies.Root, "elsewhere.yaml");
        File.WriteAllText(elsewhere, Text);
        File.CreateSymbolicLink(_policies.PathOf("a.yaml"), elsewhere);

        Assert.True(Make(write: false).Changed);

        Assert.Contains("percent: 50", File.ReadAllText(elsewhere), StringComparison.Ordinal);
        Assert.Equal(elsewhere, new FileInfo(_policies.PathOf("a.yaml")).LinkTarget);
    }

    [Fact]
    public void A_folder_with_an_error_refuses_the_edit_with_its_place_and_nothing_is_written()
    {
        _policies.Write("b.yaml", "kind: Meshh\n");
        var edit = Make();
        Assert.All(edit.Faults, fault => Assert.EndsWith("b.yaml", fault.Origin.File, StringComparison.Ordinal));
        Assert.NotEmpty(edit.Faults);
        Assert.Equal(Text, File.ReadAllText(_policies.PathOf("a.yaml")));
    }

    [Fact]
    public void What_somebody_else_writes_meanwhile_is_not_overwritten()
    {
        var theirs = Text + "\n# mine\n";
        var edit = Make(compile: sources =>
        {
            File.WriteAllText(_policies.PathOf("a.yaml"), theirs);
            return PolicyCompiler.Compile(sources);
        });
        Assert.False(edit.Changed);
        Assert.Contains("changed or moved by somebody else meanwhile", edit.Conflict, StringComparison.Ordinal);
        Assert.Equal(theirs, File.ReadAllText(_policies.PathOf("a.yaml")));
    }

    [Fact]
    public void A_split_that_is_written_already_changes_no_file()
    {
        _policies.Write("a.yaml", Text);
        var before = File.GetLastWriteTimeUtc(_policies.PathOf("a.yaml"));
        var edit = Make(write: false, shares: [new("v1", 90), new("v2", 10)]);
        Assert.Equal((false, null), (edit.Changed, edit.Conflict));
        Assert.Equal(before, File.GetLastWriteTimeUtc(_policies.PathOf("a.yaml")));
    }

    [Fact]
    public void What_projects_stand_for_is_not_edited()
    {
        var app = PolicyCompiler.Compile([new PolicySource("a.csproj", Text)]).Snapshot!.Apps[0];
        var edit = TrafficEdit.Make(PolicyFolder.OfApps(_policies.Root, [], TimeProvider.System), PolicyCompiler.Compile, app, Half);
        Assert.Contains("'fnmesh init' writes them", edit.Conflict, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_function_declares_in_code_is_not_edited_and_the_mend_is_named()
    {
        _policies.Write("a.yaml", Text);
        var edit = PolicyEdit.Make(_policies.Folder, PolicyCompiler.Compile, new Origin("in code, v1 quote", 0, 0), "pause", static source => (source.Text, null), static _ => true);
        Assert.Equal("it stands in code, v1 quote; write it into a policy file, where it takes the place of what the code says, and change it there", edit.Conflict);
    }

    private PolicyEdit Make(bool write = true, Func<IReadOnlyList<PolicySource>, PolicyCompilation>? compile = null, TrafficShare[]? shares = null)
    {
        if (write) _policies.Write("a.yaml", Text);
        var app = PolicyCompiler.Compile([new PolicySource(Path.Combine(_policies.Folder.Path, "a.yaml"), Text)]).Snapshot!.Apps[0];
        return TrafficEdit.Make(_policies.Folder, compile ?? PolicyCompiler.Compile, app, shares ?? Half);
    }
}
