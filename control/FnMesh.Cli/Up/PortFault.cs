using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;

namespace FnMesh.Cli.Up;

/// <summary>Why a listener does not start, in one sentence with the mend; what is no listener's fault is told as it is.</summary>
internal static class PortFault
{
    /// <param name="listeners">What may have failed, what was asked for, and the option or the variable that chooses another.</param>
    /// <param name="failure">What Kestrel threw.</param>
    public static string Explain((string Name, int Port, string Option)[] listeners, Exception failure)
    {
        if (Array.Find(listeners, listener => Names(failure.Message, listener.Port)) is not { Name: { } name, Port: var port, Option: var option })
            return failure.Message;
        if (!IsAddressInUse(failure))
            return $"the {name} cannot listen on port {port}: {failure.Message}; choose another with {option}";
        var owner = PortOwner.Find(port);
        return $"port {port} is busy{(owner is null ? "" : $": {owner} listens there")}; stop it, or choose another with {option}";
    }

    /// <summary>As in <c>http://127.0.0.1:7071: address already in use</c>.</summary>
    private static bool Names(string message, int port) =>
        message.IndexOf($":{port}", StringComparison.Ordinal) is var at and >= 0 && !char.IsAsciiDigit(message.ElementAtOrDefault(at + $":{port}".Length));

    private static bool IsAddressInUse(Exception? failure) => failure switch
    {
        null => false,
        AddressInUseException => true,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => true,
        _ => IsAddressInUse(failure.InnerException),
    };
}
