using System.Runtime.Versioning;
using FnMesh.Node.Storage;
using FnMesh.Node.Tests.Fixtures;

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
    [UnsupportedOSPlatform("windows")] // Which keeps rights in lists, not modes.
    public void Nobody_else_can_read_a_private_folder_or_its_files()
    {
        var path = Path.Combine(_folder.Path, "open");
        Directory.CreateDirectory(path, (UnixFileMode)0b111_101_101);
        File.WriteAllText(Path.Combine(path, "key"), "old");

        PrivateFolder.Open(path).Write("key", "new"u8);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path.Combine(path, "key")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(path, "key")));
    }

    private NodeStore Open() => new(PrivateFolder.Open(_folder.Path));
}
