using System.CommandLine;

namespace FnMesh.Cli.Clients;

/// <summary><c>--control URL</c>.</summary>
internal static class ControlOption
{
    public static Option<string?> Create() => new("--control")
    {
        Description = "The control service (default: FNMESH_CONTROL, else the 'up' of this or a parent folder, else http://127.0.0.1:7070)",
        HelpName = "URL",
    };
}
