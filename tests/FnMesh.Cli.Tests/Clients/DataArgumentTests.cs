using System.Diagnostics;
using System.Runtime.Versioning;

using FnMesh.Cli.Clients;
using FnMesh.Cli.Tests.Up;

namespace FnMesh.Cli.Tests.Clients;

public sealed class DataArgumentTests
{
    [Fact]
    public async Task A_file_that_is_none_is_named()
    {
        using var folder = new TempFolder();

        var missing = await Assert.ThrowsAsync<IOException>(() => ReadAsync(folder["missing"], TestContext.Current.CancellationToken));
        var other = await Assert.ThrowsAsync<IOException>(() => ReadAsync(folder.Path, TestContext.Current.CancellationToken));

        Assert.Equal($"there is no file '{folder["missing"]}'", missing.Message);
        Assert.Equal($"'{folder.Path}' is a folder; name a file", other.Message);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // Which has no such files.
    public async Task A_pipe_that_nobody_writes_to_is_given_up_when_the_command_is_ended()
    {
        using var folder = new TempFolder();
        using (var made = Process.Start("mkfifo", [folder["pipe"]])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var ended = new CancellationTokenSource();

        var reading = ReadAsync(folder["pipe"], ended.Token);
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        // Lets the thread go that still opens it.
        await using var writer = File.Open(folder["pipe"], FileMode.Open, FileAccess.ReadWrite);
    }

    private static Task<byte[]> ReadAsync(string file, CancellationToken cancel) => DataArgument.ReadFileAsync(file, UpTests.Terminal(TextWriter.Null, TextWriter.Null, "/"), cancel);
}
