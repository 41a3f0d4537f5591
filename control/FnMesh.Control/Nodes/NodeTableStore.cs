using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Control.Identity;
using FnMesh.Node.Storage;
using Google.Protobuf;

namespace FnMesh.Control.Nodes;

/// <summary>The nodes on disk. A file that is damaged counts as none, and that is said: nodes say again who they are.</summary>
/// <param name="folder">Control's private folder.</param>
/// <param name="damaged">Told the file's path, and what is wrong with it.</param>
internal sealed class NodeTableStore(PrivateFolder folder, Action<string, string> damaged)
{
    internal const string FileName = "nodes.json";

    public ImmutableArray<NodeEntry> Read()
    {
        try
        {
            if (folder.Read(FileName) is not { } json) return [];
            StoredNode?[] stored = JsonSerializer.Deserialize(json, AuthorityJson.Default.StoredNodeArray) ?? throw new JsonException("it holds null");
            return [.. stored.Select(node => node?.ToEntry() ?? throw new JsonException("a node is null, or has no identity"))];
        }
        catch (Exception fault) when (fault is JsonException or InvalidProtocolBufferException or IOException or UnauthorizedAccessException)
        {
            damaged(Path.Combine(folder.Path, FileName), fault.Message);
            return [];
        }
    }

    public void Write(ImmutableArray<StoredNode> nodes) => folder.Write(FileName, JsonSerializer.SerializeToUtf8Bytes([.. nodes], AuthorityJson.Default.StoredNodeArray));
}
