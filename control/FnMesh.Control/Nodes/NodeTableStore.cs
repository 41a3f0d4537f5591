using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Control.Identity;
using FnMesh.Node.Storage;

namespace FnMesh.Control.Nodes;

/// <summary>The nodes on disk. A file that cannot be read counts as none: nodes say again who they are.</summary>
internal sealed class NodeTableStore(PrivateFolder folder)
{
    private const string FileName = "nodes.json";

    public ImmutableArray<StoredNode> Read()
    {
        try
        {
            return folder.Read(FileName) is { } json ? [.. JsonSerializer.Deserialize(json, AuthorityJson.Default.StoredNodeArray) ?? []] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public void Write(ImmutableArray<StoredNode> nodes) => folder.Write(FileName, JsonSerializer.SerializeToUtf8Bytes([.. nodes], AuthorityJson.Default.StoredNodeArray));
}
