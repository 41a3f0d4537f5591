using System.Runtime.Versioning;
using FnMesh.Node.Storage;
using FnMesh.Node.Tests.Fixtures;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Node.Tests.Storage;

public sealed class NodeStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_identity_survives_a_restart_with_its_key_and_its_bundle()
    {
        var authority = new Authority();
        var svid = authority.Sign("spiffe://shop.local/gateway");
        Open().Write(svid, authority.Bundle(7));

        var held = Open().ReadCredentials();

        Assert.NotNull(held);
        Assert.Equal((svid.Id, svid.Leaf.Thumbprint, 7L), (held.Value.Svid.Id, held.Value.Svid.Leaf.Thumbprint, held.Value.Bundle.Sequence));
        Assert.True(held.Value.Svid.Leaf.HasPrivateKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"key\":\"AAAA\",\"chain\":[],\"trustDomain\":\"a\",\"sequence\":1,\"authorities\":[]}")]
    public void A_damaged_file_counts_as_none(string content)
    {
        var folder = PrivateFolder.Open(_folder.Path);
        folder.Write("credentials.json", System.Text.Encoding.UTF8.GetBytes(content));
        folder.Write("policy.json", System.Text.Encoding.UTF8.GetBytes(content));
        folder.Write("endpoints.json", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Null(Open().ReadCredentials());
        Assert.Null(Open().ReadPolicy());
        Assert.Null(Open().ReadEndpoints());
    }

    [Fact]
    public void Endpoints_of_which_one_letter_was_changed_are_not_used_and_the_file_is_named()
    {
        var damaged = new List<(string Path, string Fault)>();
        var store = new NodeStore(PrivateFolder.Open(_folder.Path), (path, fault) => damaged.Add((path, fault)));
        var endpoints = new EndpointSnapshot([new RevisionEndpoints("web", "web-v1", true, [new Uri("https://127.0.0.1:4711")])]);
        store.Write(endpoints);
        Assert.Equal(4711, store.ReadEndpoints()!.Revisions[0].Endpoints[0].Port);

        var file = Path.Combine(_folder.Path, NodeStore.EndpointsFile);
        File.WriteAllText(file, File.ReadAllText(file).Replace("4711", "4712", StringComparison.Ordinal));

        Assert.Null(store.ReadEndpoints());
        Assert.Equal((file, "its content is not what its first line names"), Assert.Single(damaged));
    }

    [Fact]
    public void What_cannot_be_kept_is_said_and_breaks_nothing()
    {
        var lost = new List<string>();
        var store = new NodeStore(PrivateFolder.Open(_folder.Path), lost: (path, _) => lost.Add(path));

        store.Keep(_ => throw new IOException("No space left on device"));

        Assert.Equal(_folder.Path, Assert.Single(lost));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // Which keeps rights in lists, not modes.
    public void A_file_that_was_left_half_written_gives_nobody_a_look_at_the_next_one()
    {
        var folder = PrivateFolder.Open(_folder.Path);
        var left = Path.Combine(_folder.Path, $"key.{Environment.ProcessId}.new");
        File.WriteAllText(left, "old");
        File.SetUnixFileMode(left, (UnixFileMode)0b110_100_100);

        folder.Write("key", "new"u8);

        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(_folder.Path, "key")));
        Assert.False(File.Exists(left));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_database_is_private_before_anything_is_in_it_and_one_that_was_not_becomes_so_with_what_lies_beside_it()
    {
        var (fresh, open) = (Path.Combine(_folder.Path, "fresh.db"), Path.Combine(_folder.Path, "open.db"));
        foreach (var file in new[] { open, $"{open}-wal" })
        {
            File.WriteAllText(file, "");
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        }

        PrivateFile.Ensure(fresh);
        PrivateFile.Ensure(open);

        Assert.All([fresh, open, $"{open}-wal"], file => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(file)));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // Which keeps rights in lists, not modes.
    public void Nobody_else_can_read_a_private_folder_or_its_files()
    {
        var path = Path.Combine(_folder.Path, "open");
        Directory.CreateDirectory(path, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(path, "key"), "old");

        PrivateFolder.Open(path, "key").Write("key", "new"u8);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(path, "key")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(path, "key")));
    }

    [Theory]
    [InlineData("thesis.tex", false)]
    [InlineData("credentials.json", true)]
    [InlineData("lost+found", true)]
    public void Rights_are_taken_from_others_to_a_folder_of_our_own_and_one_with_other_files_is_refused_as_it_is(string file, bool isOurs)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        File.WriteAllText(Path.Combine(_folder.Path, file), "");
        File.SetUnixFileMode(_folder.Path, Open);

        var refused = Record.Exception(() => PrivateFolder.Open(_folder.Path, "credentials.json"));

        Assert.Equal((isOurs, isOurs ? Open & ~(UnixFileMode.GroupRead | UnixFileMode.OtherRead) : Open), (refused is null, File.GetUnixFileMode(_folder.Path)));
        if (!isOurs) Assert.Equal($"'{_folder.Path}' holds other files and is open to others, and what is kept there must not be; choose an empty folder, or a new one", Assert.IsType<IOException>(refused).Message);
    }

    private NodeStore Open() => new(PrivateFolder.Open(_folder.Path));
}
