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

    [Fact]
    public void Reset_forgets_what_the_last_one_left()
    {
        var data = _root["data"];
        using (DataDirectory.Open(data, reset: false).Opened)
            File.WriteAllText(Path.Combine(data, "broker.db"), "old");
        using var again = DataDirectory.Open(data, reset: true).Opened;
        Assert.NotNull(again);
        Assert.False(File.Exists(Path.Combine(data, "broker.db")));
    }
}
