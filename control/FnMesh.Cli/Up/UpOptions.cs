using FnMesh.Gateway;

namespace FnMesh.Cli.Up;

/// <summary>Start-up values of <c>up</c>.</summary>
/// <param name="Directory">The folder of the mesh, as it was typed.</param>
/// <param name="GatewayPort">The edge; 0 picks a free port.</param>
/// <param name="ControlPort">The control API; 0 picks a free port.</param>
/// <param name="MeshPort">The gateway's mesh listener; 0 picks a free port.</param>
/// <param name="NodePort">Control's node port; 0 picks a free port.</param>
/// <param name="DataDirectory">Where the event log lies.</param>
/// <param name="Reset">Whether to forget all data first.</param>
/// <param name="Watch">Whether edits of policy files and of projects go live.</param>
/// <param name="Detached">Whether it runs in the background and keeps its own log.</param>
internal sealed record UpOptions(string Directory, int GatewayPort, int ControlPort, int MeshPort, int NodePort, string DataDirectory, bool Reset, bool Watch, bool Detached)
{
    /// <summary>Which pages may call the edge; null leaves that to functions.</summary>
    public EdgeCors? Cors { get; init; }

    public string Policies => Path.Combine(Directory, "policies");
}
