using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace FnMesh.Node.Members;

/// <summary>An IP address with a port, written out: <c>127.0.0.1:8443</c>, <c>[::1]:8443</c>.</summary>
public static class ListenAddress
{
    /// <summary>Reads one. <see cref="IPEndPoint"/> would take a port alone for an address, <c>8443</c> for 0.0.32.251, and a missing port for any.</summary>
    /// <param name="text">What is written.</param>
    /// <param name="address">Null when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address)
    {
        ArgumentNullException.ThrowIfNull(text);
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        var host = text[..colon];
        var isVersion6 = host is ['[', .., ']'];
        if (!isVersion6 && host.Split('.').Length != 4) return false;
        if (!IPAddress.TryParse(isVersion6 ? host[1..^1] : host, out var ip) || isVersion6 != ip.ToString().Contains(':')) return false;
        address = new IPEndPoint(ip, port);
        return true;
    }
}
