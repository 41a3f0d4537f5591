using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace FnMesh.Node.Admin;

/// <summary>Where a role that runs by itself serves its metrics and its health.</summary>
public static class AdminAddress
{
    public const string Variable = "FNMESH_ADMIN_LISTEN";

    private const string LocalHost = "localhost";

    /// <param name="variable">Reads a variable; null or empty when it is not set.</param>
    /// <param name="address">Null when it is not set: nothing listens then.</param>
    /// <param name="fault">Names the variable and the mend; null when nothing is wrong.</param>
    public static bool TryRead(Func<string, string?> variable, out IPEndPoint? address, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (address, fault) = (null, null);
        if (variable(Variable) is not { Length: > 0 } text || TryParse(text, out address)) return true;
        fault = $"{Variable} is '{text}', which is no IP address or {LocalHost} with a port, such as 127.0.0.1:7090";
        return false;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        var host = text[..colon];
        // An address of version 6 stands in brackets: without them its last part could be taken for the port.
        if (host is ['[', .. var inner, ']']) host = inner;
        else if (host.Contains(':', StringComparison.Ordinal)) return false;
        if (host == LocalHost) address = new IPEndPoint(IPAddress.Loopback, port);
        else if (IPAddress.TryParse(host, out var ip)) address = new IPEndPoint(ip, port);
        return address is not null;
    }
}
