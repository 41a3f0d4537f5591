using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class GatewayReader
{
    /// <summary>The standard's bound.</summary>
    public const int MostListeners = 64;

    public static Gateway Read(Written<string> name, Origin origin, FieldReader spec)
    {
        if (name.Value != "edge" && Names.Reserved.Contains(name.Value))
            spec.Error(DiagnosticCodes.ReservedName, name.Origin, $"a Gateway cannot be called {Quoted.Text(name.Value)}; 'edge' adds listeners to the edge, every other name that is not reserved is free");
        spec.Choice("gatewayClassName", ["fnmesh"], []);
        var listeners = ImmutableArray.CreateBuilder<GatewayListener>();
        var names = new Dictionary<string, Origin>(StringComparer.Ordinal);
        var list = spec.FilledList("listeners", required: true);
        if (list is { Value.Length: > MostListeners })
            spec.Error(DiagnosticCodes.OutOfRange, list.Value.Origin, $"a Gateway has at most {MostListeners} listeners, not {list.Value.Value.Length}; write another Gateway");
        foreach (var item in spec.Maps(list, "listeners"))
        {
            if (ListenerReader.Read(item) is not { } listener) continue;
            if (name.Value == "edge" && listener.Name.Value == ListenerReader.GatewayPort)
                spec.Error(DiagnosticCodes.ReservedName, listener.Name.Origin, $"{Quoted.Text(ListenerReader.GatewayPort)} is what the edge's own port is called; choose another name");
            else if (!names.TryAdd(listener.Name.Value, listener.Name.Origin))
                spec.Error(DiagnosticCodes.DuplicateName, listener.Name.Origin, $"the listener name {Quoted.Text(listener.Name.Value)} stands twice; the first is at {names[listener.Name.Value]}");
            else listeners.Add(listener);
        }

        spec.Close("addresses", "allowedListeners", "defaultScope", "infrastructure", "tls");
        return new Gateway(name.Value, origin, listeners.ToImmutable());
    }
}
