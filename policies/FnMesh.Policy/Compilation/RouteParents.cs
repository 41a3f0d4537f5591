using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Reading;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Finds what a route is attached to, and says where nothing accepts it.</summary>
internal sealed class RouteParents(IEnumerable<Gateway> gateways, PolicyNames names, DiagnosticBag diagnostics)
{
    private const string Edge = "edge";
    private const string Mesh = "mesh";

    private readonly SortedDictionary<string, Gateway> _gateways = new(gateways.ToDictionary(gateway => gateway.Name), StringComparer.Ordinal);

    /// <summary>As in <see cref="RouteEntry.Parents"/>.</summary>
    public ImmutableArray<string> Of(HttpRoute route) =>
        [.. route.Parents.SelectMany(parent => Of(route, parent)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private IEnumerable<string> Of(HttpRoute route, ParentReference parent)
    {
        var name = parent.Reference.Name;
        var kind = parent.Reference.Kind?.Value;
        if (kind is "FunctionApp" or "Service" || (kind is null && name.Value == Mesh)) return names.Parent(parent.Reference) is { } one ? [one] : [];
        if (_gateways.TryGetValue(name.Value, out var gateway)) return Of(route, parent, gateway);
        if (name.Value == Edge) return OfEdge(parent);
        diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin, kind is null && names.IsApp(name.Value)
            ? $"{Quoted.Text(name.Value)} is an app; add 'kind: FunctionApp' to attach the route to calls to it"
            : $"there is no {(kind is null ? "parent" : kind)} {Quoted.Text(name.Value)}{(Hint(name.Value, kind) is { Length: > 0 } hint ? hint : "; the parents are 'edge', 'mesh', Gateways and, with 'kind: FunctionApp', apps")}");
        return [];
    }

    private string Hint(string name, string? kind) => NearestName.Hint(name, _gateways.Keys.Append(Edge).Concat(kind is null ? [Mesh] : (string[])[]));

    /// <summary>The edge without a Gateway of that name: the port that the gateway was started with, whose number no policy knows.</summary>
    private string[] OfEdge(ParentReference parent)
    {
        if (parent.Section is { } section && section.Value != ListenerReader.GatewayPort)
            return Unknown(section.Origin, $"'edge' has no listener {Quoted.Text(section.Value)} but 'gateway-port'; a Gateway named 'edge' gives it others");
        return parent.Port is { } port
            ? Unknown(port.Origin, $"'edge' has no listener on port {port.Value}; a Gateway named 'edge' gives it some, and the port of --gateway-port goes by the sectionName 'gateway-port'")
            : [Edge];
    }

    private IEnumerable<string> Of(HttpRoute route, ParentReference parent, Gateway gateway)
    {
        var (section, port) = (parent.Section, parent.Port);
        if (gateway.Name == Edge && section is { Value: ListenerReader.GatewayPort }) return OfEdge(parent);
        var meant = gateway.Listeners.Where(listener => section is not { } named || listener.Name.Value == named.Value).ToArray();
        if (section is { } missing && meant.Length == 0)
            return Unknown(missing.Origin, $"the Gateway {Quoted.Text(gateway.Name)} has no listener {Quoted.Text(missing.Value)}{NearestName.Hint(missing.Value, gateway.Listeners.Select(listener => listener.Name.Value))}");
        if (port is { } wanted)
        {
            meant = Array.FindAll(meant, listener => listener.Port.Value == wanted.Value);
            if (meant.Length == 0) return Unknown(wanted.Origin, $"the Gateway {Quoted.Text(gateway.Name)} has no {(section is { } of ? $"listener {Quoted.Text(of.Value)}" : "listener")} on port {wanted.Value}");
        }

        var accepting = meant.Where(listener => Fault(route, listener) is null).Select(listener => ListenerEntry.ParentOf(gateway.Name, listener.Name.Value)).ToArray();
        if (gateway.Name == Edge && section is null && port is null) return accepting.Prepend(Edge);
        if (accepting.Length == 0 && meant.Length > 0)
        {
            diagnostics.Warning(DiagnosticCodes.RouteNotAccepted, parent.Reference.Origin,
                $"no listener of the Gateway {Quoted.Text(gateway.Name)} accepts {TargetKinds.NameOf(route.Kind)} {Quoted.Text(route.Name)}, so it gets no call there: {string.Join("; ", meant.Select(listener => $"{Quoted.Text(listener.Name.Value)} {Fault(route, listener)}"))}");
        }

        return accepting;
    }

    /// <summary>Why a listener does not take a route; null when it does.</summary>
    private static string? Fault(HttpRoute route, GatewayListener listener)
    {
        if (!listener.Kinds.Contains(route.Kind)) return $"takes {string.Join(" and ", listener.Kinds.Select(TargetKinds.NameOf))} alone";
        return HostnameIntersection.Of(listener.Hostname?.Value, route.Hostnames) is null ? $"is for {listener.Hostname!.Value.Value}, and the route for {string.Join(", ", route.Hostnames)}" : null;
    }

    private string[] Unknown(Origin origin, string message)
    {
        diagnostics.Error(DiagnosticCodes.UnknownReference, origin, message);
        return [];
    }
}
