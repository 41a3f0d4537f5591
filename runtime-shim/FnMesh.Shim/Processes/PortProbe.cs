using System.Net;
using System.Net.Sockets;

namespace FnMesh.Shim.Processes;

/// <summary>Tells when something accepts connections on a loopback port.</summary>
internal static class PortProbe
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Completes when a connection to the port was accepted; <paramref name="cancel"/> is its only other end.</summary>
    public static async Task AcceptsAsync(int port, TimeProvider time, CancellationToken cancel)
    {
        for (var pause = FirstPause; !await TryConnectAsync(port, cancel); pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)))
        {
            await Task.Delay(pause, time, cancel);
        }
    }

    private static async Task<bool> TryConnectAsync(int port, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);

            // A port of the ephemeral range without a listener can connect to itself.
            return socket.LocalEndPoint is IPEndPoint { Port: var own } && own != port;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
