namespace FnMesh.Gateway.Tests.Broker;

internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fnmesh-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
