using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace FnMesh.Node.Http;

/// <summary>
/// Lets what waited for a socket go on on the thread that heard of it, without a hop to the thread pool: of all levers the one that saves a call the most CPU.
/// The price is that nothing on these threads may block or go on for long: who has to, goes to the thread pool first.
/// </summary>
public static class InlineSockets
{
    private static readonly OwnVariable Variable = new("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

    /// <summary>Turns it on for this process, which must have opened no socket yet. What the user has set in the environment stays.</summary>
    public static void Prefer() => Variable.Set();

    /// <summary>Takes it out of what a child inherits: functions may block where they like.</summary>
    /// <param name="environment">The child's.</param>
    public static void Withhold(IDictionary<string, string?> environment) => Variable.Withhold(environment);

    /// <summary>The same for a server's connections.</summary>
    public static void Apply(SocketTransportOptions transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        transport.UnsafePreferInlineScheduling = true;
    }
}
