using System.Net;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>Which Host headers name this machine by a loopback name or address; a web page that rebinds a name of its own sends another.</summary>
public static class LoopbackHost
{
    public static bool Allows(HostString host)
    {
        if (!host.HasValue) return false;
        var name = host.Host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
