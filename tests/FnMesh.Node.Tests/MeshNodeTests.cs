using FnMesh.Node.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Node.Tests;

public sealed class MeshNodeTests
{
    [Fact]
    public async Task A_join_token_that_cannot_be_read_is_named_as_the_fault()
    {
        var folder = Directory.CreateTempSubdirectory("fnmesh-node-").FullName;
        try
        {
            var file = Path.Combine(folder, "token");
            await using var held = new FileStream(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            var options = new NodeOptions { Name = "n", Role = Role.Function, Directory = Path.Combine(folder, "node"), Control = new Uri("https://127.0.0.1:1"), JoinTokenFile = file, Seed = 7 };

            var refused = await Assert.ThrowsAsync<NodeStartException>(() => MeshNode.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None));

            Assert.StartsWith($"the join token's file '{file}' cannot be read: ", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
