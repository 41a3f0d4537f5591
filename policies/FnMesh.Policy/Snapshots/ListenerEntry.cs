namespace FnMesh.Policy.Snapshots;

/// <summary>A listener of a Gateway (Gateway API, Listener).</summary>
public sealed record ListenerEntry
{
    public required string Name { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>1 to 65,535.</summary>
    public required int Port { get; init; }

    /// <summary>Lower case, exact or with a leading <c>*.</c>; null for every host.</summary>
    public string? Hostname { get; init; }

    /// <summary>Null for clear text.</summary>
    public ListenerTlsEntry? Tls { get; init; }

    /// <summary>What a route that is attached to the listener has among its parents.</summary>
    public static string ParentOf(string gateway, string listener) => $"{gateway}/{listener}";
}
