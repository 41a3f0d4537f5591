using System.CommandLine;
using System.Net;
using FnMesh.Node.Members;

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
            if (ListenAddress.TryParse(result.Tokens[0].Value, out var endpoint)) return endpoint;
            result.AddError($"{name} is '{result.Tokens[0].Value}', which is no IP address with a port, such as 127.0.0.1:{port}");
            return null;
        },
    };

    /// <summary>An https address without a path.</summary>
    public static Option<Uri?> Origin(string name, string what) => new(name)
    {
        Description = what,
        HelpName = "URL",
        CustomParser = result =>
        {
            if (MemberEnvironment.IsOrigin(result.Tokens[0].Value, out var address)) return address;
            result.AddError($"{name} is '{result.Tokens[0].Value}', which is no https address with a port alone, such as https://10.0.0.7:7443");
            return null;
        },
    };

    public static Option<string> Data(string folder)
    {
        var data = new Option<string>("--data-dir") { Description = "What it keeps", HelpName = "PATH", DefaultValueFactory = _ => folder };
        RefuseEmpty(data);
        return data;
    }

    /// <summary>An empty path, as an unset variable of a script makes it, is a mistake of the caller.</summary>
    public static void RefuseEmpty(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError($"{option.Name} is empty; name a path");
    });
}
