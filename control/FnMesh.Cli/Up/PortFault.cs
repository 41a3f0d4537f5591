using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;

namespace FnMesh.Cli.Up;

/// <summary>Why a listener does not start, in one sentence with the mend.</summary>
internal static class PortFault
{
    /// <param name="name">gateway or control, as in the option's name.</param>
    /// <param name="port">What was asked for.</param>
    /// <param name="failure">What Kestrel threw.</param>
    public static string Explain(string name, int port, IOException failure)
    {
        if (!IsAddressInUse(failure))
            return $"the {name} cannot listen on port {port}: {failure.Message}";
        var owner = PortOwner.Find(port);
        return $"port {port} is busy{(owner is null ? "" : $": {owner} listens there")}; stop it, or choose another with --{name}-port";
    }

    private static bool IsAddressInUse(Exception? failure) => failure switch
    {
        null => false,
        AddressInUseException => true,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => true,
        _ => IsAddressInUse(failure.InnerException),
    };
}
