using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests.Up;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_folder_with_other_files_is_never_taken_over_nor_reset()
    {
        var precious = _root["thesis.tex"];
        File.WriteAllText(precious, "years of work");
        var (opened, fault) = DataDirectory.Open(_root.Path, reset: true);
        Assert.Null(opened);
        Assert.Contains("holds other files", fault, StringComparison.Ordinal);
        Assert.Equal([precious], Directory.GetFileSystemEntries(_root.Path));
    }

    [Theory]
    [InlineData("", " by another 'fnmesh up'; ")]
    [InlineData("4711", " by another 'fnmesh up' (pid 4711); ")]
    public void Who_holds_a_folder_is_named_once_it_has_written_who_it_is(string pid, string said)
    {
        using var held = DataDirectory.Open(_root["data"], reset: false).Opened;
        File.WriteAllText(_root["data/up.pid"], pid);
        var (opened, fault) = DataDirectory.Open(_root["data"], reset: false);
        Assert.Null(opened);
        Assert.Contains(said, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_forgets_events_deliveries_and_traces_and_no_key()
    {
        var data = _root["data"];
        string[] forgotten = ["broker.db", "broker.db-wal", "broker.db-shm", "spans.db", "spans.db-wal", "spans.db-shm"];
        string[] kept = ["up.log", "control/mesh.local/authority.json", "nodes/mesh.local/gateway/credentials.json", "build/shop/record.json"];
        using (DataDirectory.Open(data, reset: false).Opened)
        {
            foreach (var name in (string[])[.. forgotten, .. kept])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(data, name))!);
                File.WriteAllText(Path.Combine(data, name), "old");
            }
        }

        using var again = DataDirectory.Open(data, reset: true).Opened;
        Assert.NotNull(again);
        Assert.DoesNotContain(forgotten, name => File.Exists(Path.Combine(data, name)));
        Assert.All(kept, name => Assert.True(File.Exists(Path.Combine(data, name)), name));
    }
}
