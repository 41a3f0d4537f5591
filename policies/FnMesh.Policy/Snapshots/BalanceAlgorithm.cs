namespace FnMesh.Policy.Snapshots;

/// <summary>How one of a backend's endpoints is chosen for an attempt.</summary>
public enum BalanceAlgorithm
{
    /// <summary>Of two that are drawn the one with less latency × (calls in flight + 1).</summary>
    PeakEwma,

    /// <summary>Of two that are drawn the one with fewer calls in flight.</summary>
    LeastRequest,

    /// <summary>One after the other.</summary>
    RoundRobin,
}
