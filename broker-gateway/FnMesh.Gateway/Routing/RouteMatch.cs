using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Routing;

/// <summary>One match of a rule. Everything in it must hold.</summary>
internal sealed record RouteMatch(RouteMatchEntry Entry, RouteRule Rule)
{
    /// <summary>Whether method and headers hold; the path was found already.</summary>
    public bool Holds(Envelope envelope)
    {
        if (Entry.Method is { } method && envelope.Method != method) return false;
        foreach (var header in Entry.Headers)
        {
            if (envelope.Exchange?.Header(header.Name) != header.Value) return false;
        }

        return true;
    }
}
