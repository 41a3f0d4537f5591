using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Shim.Processes;

/// <summary>Hands out loopback ports that nobody listens on, none of them twice at the same time.</summary>
internal sealed class FreePorts
{
    private const int Attempts = 100;

    private readonly ConcurrentDictionary<int, bool> _taken = [];

    /// <exception cref="IOException">There is none.</exception>
    public int Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            if (_taken.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new IOException("no free loopback port: too many processes, or too many connections in use");
    }

    public void Return(int port) => _taken.TryRemove(port, out _);
}
