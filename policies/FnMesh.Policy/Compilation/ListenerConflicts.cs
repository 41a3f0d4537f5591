using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Refuses listeners that no request could be told apart for (Gateway API, GatewaySpec.listeners): all Gateways share the ports of the machine.</summary>
internal static class ListenerConflicts
{
    /// <param name="gateways">In the order of the files: of two the later one is refused.</param>
    /// <param name="diagnostics">Gets an error for each.</param>
    public static void Find(IEnumerable<Gateway> gateways, DiagnosticBag diagnostics)
    {
        var first = new Dictionary<int, GatewayListener>();
        var hosts = new Dictionary<(int, string?), Origin>();
        foreach (var listener in gateways.SelectMany(gateway => gateway.Listeners))
        {
            var port = listener.Port;
            if (first.TryAdd(port.Value, listener) || first[port.Value].IsHttps == listener.IsHttps)
            {
                if (hosts.TryAdd((port.Value, listener.Hostname?.Value), listener.Origin)) continue;
                diagnostics.Error(DiagnosticCodes.ListenersConflict, listener.Hostname?.Origin ?? listener.Origin,
                    $"port {port.Value} has a listener for {(listener.Hostname is { } host ? host.Value : "every host")} already at {hosts[(port.Value, listener.Hostname?.Value)]}; change the port or the hostname of one");
            }
            else
            {
                diagnostics.Error(DiagnosticCodes.ListenersConflict, port.Origin,
                    $"port {port.Value} speaks {Protocol(first[port.Value])} by the listener at {first[port.Value].Origin}, and cannot speak {Protocol(listener)} too; change the port of one");
            }
        }
    }

    private static string Protocol(GatewayListener listener) => listener.IsHttps ? "HTTPS" : "HTTP";
}
