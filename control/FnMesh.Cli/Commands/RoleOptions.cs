using System.CommandLine;
using System.Net;

namespace FnMesh.Cli.Commands;

/// <summary>Options that the commands of single roles share.</summary>
internal static class RoleOptions
{
    /// <summary>An address to listen on; loopback unless it is said otherwise.</summary>
    public static Option<IPEndPoint> Listen(string name, string what, int port) => new(name)
    {
        Description = $"{what} (default: 127.0.0.1:{port})",
        HelpName = "IP:PORT",
        CustomParser = result =>
        {
            if (IPEndPoint.TryParse(result.Tokens[0].Value, out var endpoint)) return endpoint;
            result.AddError($"{name} is '{result.Tokens[0].Value}', which is no IP address with a port, such as 127.0.0.1:{port}");
            return null;
        },
    };

    public static Option<string> Data(string folder) => new("--data-dir") { Description = "What it keeps", HelpName = "PATH", DefaultValueFactory = _ => folder };
}
