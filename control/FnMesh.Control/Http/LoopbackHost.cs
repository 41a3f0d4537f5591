using System.Net;

using Microsoft.AspNetCore.Http;

namespace FnMesh.Control.Http;

/// <summary>Which Host headers name this machine by a loopback name or address.</summary>
internal static class LoopbackHost
{
    public static bool Allows(HostString host)
    {
        if (!host.HasValue)
            return false;
        var name = host.Host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
