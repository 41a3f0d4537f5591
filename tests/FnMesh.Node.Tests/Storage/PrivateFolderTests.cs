using System.Diagnostics;
using FnMesh.Node.Storage;

namespace FnMesh.Node.Tests.Storage;

public sealed class PrivateFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_process_that_was_killed_left_half_written_is_removed_when_its_folder_is_opened()
    {
        using var ended = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await ended.WaitForExitAsync();
        var left = Leave($"credentials.json.{ended.Id}.new");

        PrivateFolder.Open(_folder.Path);

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void What_was_left_under_the_number_of_a_process_that_began_later_is_removed()
    {
        var left = Leave($"credentials.json.{Environment.ProcessId}.new");
        File.SetLastWriteTimeUtc(left, Process.GetCurrentProcess().StartTime.ToUniversalTime().AddMinutes(-1));

        PrivateFolder.Open(_folder.Path);

        Assert.False(File.Exists(left));
    }

    [Theory]
    [InlineData("")]
    [InlineData("notes.new")]
    [InlineData("notes.draft.new")]
    [InlineData(".1.new")]
    public void What_a_process_that_lives_is_writing_and_what_others_keep_there_stays(string name)
    {
        var kept = Leave(name.Length > 0 ? name : $"credentials.json.{Environment.ProcessId}.new");

        PrivateFolder.Open(_folder.Path);

        Assert.True(File.Exists(kept));
    }

    [Fact]
    public void In_a_folder_that_is_not_ours_only_what_was_left_of_the_file_itself_is_removed()
    {
        var (left, other) = (Leave("token.1.new"), Leave("other.1.new"));
        foreach (var file in new[] { left, other }) File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        PrivateFolder.WriteFile(Path.Combine(_folder.Path, "token"), "new"u8);

        Assert.Equal([other, Path.Combine(_folder.Path, "token")], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_is_written_to_disk_and_one_that_is_not_there_is_named()
    {
        FolderSync.Flush(_folder.Path);
        if (OperatingSystem.IsWindows()) return;

        var missing = Path.Combine(_folder.Path, "missing");
        Assert.StartsWith($"the folder '{missing}' cannot be written to disk: ", Assert.Throws<IOException>(() => FolderSync.Flush(missing)).Message, StringComparison.Ordinal);
    }

    private string Leave(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, "key");
        return path;
    }
}
