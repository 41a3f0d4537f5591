using System.Diagnostics.CodeAnalysis;
using FnMesh.Policy;

namespace FnMesh.Gateway.Routing;

/// <summary>Names that stand as the host of a request at the mesh listener.</summary>
internal static class MeshName
{
    /// <summary>Where events are published.</summary>
    public const string Broker = "broker";

    /// <summary>What people and control ask of the gateway itself.</summary>
    public const string Gateway = "gateway";

    private const string InDefault = "." + QualifiedName.Default;

    /// <summary>A DNS name; what is longer is none.</summary>
    private const int Longest = 253;

    /// <summary>Finds the app of <c>APP.NAMESPACE</c>, or of <c>APP</c>, which is one of the caller's own namespace and no other, as bare names are in Kubernetes.</summary>
    /// <param name="table">The apps.</param>
    /// <param name="host">As it was called.</param>
    /// <param name="caller">The caller's namespace.</param>
    /// <param name="app">Null when there is none.</param>
    public static bool TryFind(RoutingTable table, ReadOnlySpan<char> host, ReadOnlySpan<char> caller, [NotNullWhen(true)] out AppRoutes? app)
    {
        app = null;
        if (host.Length > Longest) return false;
        if (host.EndsWith(InDefault, StringComparison.OrdinalIgnoreCase)) host = host[..^InDefault.Length];
        else if (!host.Contains('.') && !caller.SequenceEqual(QualifiedName.Default))
        {
            Span<char> qualified = stackalloc char[Longest + 1 + Longest];
            return qualified.TryWrite($"{host}.{caller}", out var written) && table.Apps.TryGetValue(qualified[..written], out app);
        }

        return table.Apps.TryGetValue(host, out app);
    }

    /// <summary>What <see cref="TryFind"/> looks for, for people.</summary>
    public static string AppOf(ReadOnlySpan<char> host, ReadOnlySpan<char> caller) => QualifiedName.Read(host.ToString(), caller.ToString());
}
