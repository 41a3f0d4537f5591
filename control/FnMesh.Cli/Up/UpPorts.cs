namespace FnMesh.Cli.Up;

/// <summary>Where an <c>up</c> listens unless it is told otherwise.</summary>
internal static class UpPorts
{
    public const int Gateway = 7071;
    public const int Mesh = 7443;
    public const int Control = 7070;
    public const int Node = 7444;
}
