namespace FnMesh.Gateway.Routing;

/// <summary>Names that stand as the host of a request at the mesh listener.</summary>
internal static class MeshName
{
    /// <summary>Where events are published.</summary>
    public const string Broker = "broker";

    /// <summary>What people and control ask of the gateway itself.</summary>
    public const string Gateway = "gateway";

    private const string DefaultNamespace = ".default";

    /// <summary>The app of <c>APP</c> or <c>APP.NAMESPACE</c>; there is one namespace yet.</summary>
    public static ReadOnlySpan<char> AppOf(ReadOnlySpan<char> host) =>
        host.EndsWith(DefaultNamespace, StringComparison.OrdinalIgnoreCase) ? host[..^DefaultNamespace.Length] : host;
}
