using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;

namespace FnMesh.Cli.Up;

/// <summary>Why a listener does not start, in one sentence with the mend.</summary>
internal static class PortFault
{
    /// <param name="listeners">What may have failed, with the name in its option and what was asked for.</param>
    /// <param name="failure">What Kestrel threw.</param>
    public static string Explain((string Name, int Port)[] listeners, IOException failure)
    {
        var (name, port) = Array.Find(listeners, listener => failure.Message.Contains($":{listener.Port}:", StringComparison.Ordinal)) is { Name: not null } named ? named : listeners[0];
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
