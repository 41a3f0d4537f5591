using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Events;

/// <summary>A mesh that takes no event that these tests send: it is empty before and after each.</summary>
public sealed class PublishMesh : IAsyncLifetime
{
    internal Mesh Mesh { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Mesh = await Mesh.StartAsync(Yaml.Publishers());

    public ValueTask DisposeAsync() => Mesh.DisposeAsync();
}
