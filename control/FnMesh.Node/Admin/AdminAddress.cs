using System.Diagnostics.CodeAnalysis;
using System.Net;
using FnMesh.Node.Members;

namespace FnMesh.Node.Admin;

/// <summary>Where a role that runs by itself serves its metrics and its health.</summary>
public static class AdminAddress
{
    public const string Variable = "FNMESH_ADMIN_LISTEN";

    private const string LocalHost = "localhost:";

    /// <param name="variable">Reads a variable; null or empty when it is not set.</param>
    /// <param name="address">Null when it is not set: nothing listens then.</param>
    /// <param name="fault">Names the variable and the mend; null when nothing is wrong.</param>
    public static bool TryRead(Func<string, string?> variable, out IPEndPoint? address, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (address, fault) = (null, null);
        if (variable(Variable) is not { Length: > 0 } text || TryParse(text, out address)) return true;
        fault = $"{Variable} is '{text}', which is no IP address or localhost with a port, such as 127.0.0.1:7090";
        return false;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? address) => ListenAddress.TryParse(
        text.StartsWith(LocalHost, StringComparison.Ordinal) ? $"{IPAddress.Loopback}:{text[LocalHost.Length..]}" : text, out address);
}
