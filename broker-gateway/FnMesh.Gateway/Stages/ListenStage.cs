using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Stages;

/// <summary>
/// Finds the listener of a Gateway that a request belongs to: of those of its port the most specific for its host. A connection over TLS was made for one of them by its server name, and
/// a request on it for a host of another is misdirected (RFC 9110, 15.5.20; Gateway API, Listener.tls): whoever sent it may try again on a connection of its own.
/// </summary>
internal sealed class ListenStage : IStage
{
    public Verdict Enter(Envelope envelope)
    {
        if (envelope.Port == 0) return Verdict.Continue;
        if (!envelope.Table.Ports.TryGetValue(envelope.Port, out var listeners)) return envelope.Refuse(Verdict.NoRoute, $"no Gateway has a listener on port {envelope.Port} any more");
        var host = envelope.Host.Span;
        envelope.Listener = listeners.Find(host);
        if (envelope.Listener is null) return envelope.Refuse(Verdict.NoRoute, $"no listener on port {envelope.Port} is for host {envelope.Host}; look at `fnmesh get gateways`");
        if (envelope.ServerName is not { } name || host.Equals(name, StringComparison.OrdinalIgnoreCase) || ReferenceEquals(listeners.Find(name), envelope.Listener)) return Verdict.Continue;
        return envelope.Refuse(Verdict.Misdirected, $"the connection was made for {(name.Length > 0 ? name : "no server name")}, and host {envelope.Host} is of the listener {envelope.Listener.Name}; connect anew with that server name");
    }

    public void Leave(Envelope envelope, in Outcome outcome)
    {
    }
}
