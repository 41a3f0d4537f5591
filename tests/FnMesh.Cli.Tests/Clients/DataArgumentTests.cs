using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

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
        // Lets the thread go that still opens it, and shares it with that thread: each locks what it does not share.
        await using var writer = File.Open(folder["pipe"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    private static Task<byte[]> ReadAsync(string file, CancellationToken cancel) => DataArgument.ReadFileAsync(file, UpTests.Terminal(TextWriter.Null, TextWriter.Null, "/"), cancel);

    [Theory]
    [InlineData(" {\"a\": 1", true, true)]
    [InlineData("[1,]", true, true)]
    [InlineData("{}", true, false)]
    [InlineData("hello {", false, true)]
    public void Data_that_begins_like_JSON_and_is_none_is_told_from_text(string data, bool begins, bool broken) =>
        Assert.Equal((begins, broken), (DataArgument.BeginsLikeJson(Encoding.UTF8.GetBytes(data)), DataArgument.FaultOf(Encoding.UTF8.GetBytes(data)) is not null));

    [Theory]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/vnd.shop+json", true)]
    [InlineData("text/plain", false)]
    public void Types_of_JSON_end_with_json(string type, bool isJson) => Assert.Equal(isJson, DataArgument.IsJsonType(type));
}
