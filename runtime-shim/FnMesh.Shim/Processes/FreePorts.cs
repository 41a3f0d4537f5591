using System.Net;
using System.Net.Sockets;

namespace FnMesh.Shim.Processes;

/// <summary>Hands out loopback ports that nobody listens on, none of them twice at the same time.</summary>
internal sealed class FreePorts
{
    private const int Attempts = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _taken = [];

    public int Take()
    {
        lock (_lock)
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                if (_taken.Add(port))
                {
                    return port;
                }
            }
        }

        throw new IOException("no free loopback port: too many processes, or too many connections in use");
    }

    public void Return(int port)
    {
        lock (_lock)
        {
            _taken.Remove(port);
        }
    }
}
