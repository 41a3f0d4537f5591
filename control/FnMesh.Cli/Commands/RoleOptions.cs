using System.CommandLine;
using System.Globalization;
using System.Net;
using FnMesh.Node.Members;
using FnMesh.Policy.Reading;

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

    /// <summary>A time of 0 to 24 hours.</summary>
    public static Option<TimeSpan> Duration(string name, string what, TimeSpan otherwise) => new(name)
    {
        Description = $"{what}: 1m30s, or a number of seconds (default: {otherwise.TotalSeconds:0}s)",
        HelpName = "DURATION",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var written = result.Tokens[0].Value;
            var read = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Durations.Parse(written);
            if (read is { } duration && duration >= TimeSpan.Zero && duration <= TimeSpan.FromHours(24)) return duration;
            result.AddError($"{name} is '{written}', which is no duration of up to 24h, such as 90s or 1m30s, or a number of seconds");
            return otherwise;
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
