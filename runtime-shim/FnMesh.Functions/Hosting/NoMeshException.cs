namespace FnMesh.Functions.Hosting;

/// <summary>There is no mesh to join; the message names the mend.</summary>
internal sealed class NoMeshException(string message) : InvalidOperationException(message);
