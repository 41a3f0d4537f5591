using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;

namespace FnMesh.Cli.Up;

/// <summary>Why a listener does not start, in one sentence with the mend; what is no listener's fault is told as it is.</summary>
internal static class PortFault
{
    /// <summary>A sentence for each port that somebody has already, so that nobody meets them one by one.</summary>
    /// <param name="listeners">What is to be started, with the port and the option that chooses another.</param>
    public static IReadOnlyList<string> Busy(params (string Name, int Port, string Option)[] listeners) => [.. listeners.Where(static listener => IsBusy(listener.Port)).Select(static listener => Busy(listener.Port, listener.Option))];

    /// <summary>Whether somebody listens on a port of the loopback address; port 0 nobody has.</summary>
    public static bool IsBusy(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }

    /// <param name="listeners">What may have failed, what was asked for, and the option or the variable that chooses another.</param>
    /// <param name="failure">What Kestrel threw.</param>
    public static string Explain((string Name, int Port, string Option)[] listeners, Exception failure)
    {
        if (Array.Find(listeners, listener => Names(failure.Message, listener.Port)) is not { Name: { } name, Port: var port, Option: var option })
            return failure.Message;
        if (!IsAddressInUse(failure))
            return $"the {name} cannot listen on port {port}: {failure.Message}; choose another with {option}";
        return Busy(port, option);
    }

    private static string Busy(int port, string option) => $"port {port} is busy{(PortOwner.Find(port) is { } owner ? $": {owner} listens there" : "")}; stop it, or choose another with {option}";

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
