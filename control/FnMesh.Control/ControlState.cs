using FnMesh.Policy;

namespace FnMesh.Control;

/// <summary>What the admin API tells; each is asked anew for every request.</summary>
public sealed record ControlState
{
    /// <summary>The live policy; null before the first.</summary>
    public required Func<PolicyCompilation?> Policy { get; init; }

    /// <summary>Null until the listeners are open.</summary>
    public required Func<MeshAddresses?> Addresses { get; init; }

    /// <summary>Whether all endpoints serve and all subscriptions are registered.</summary>
    public required Func<bool> IsReady { get; init; }
}
