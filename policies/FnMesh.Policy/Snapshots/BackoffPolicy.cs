namespace FnMesh.Policy.Snapshots;

/// <summary>How the wait before a redelivery grows.</summary>
public enum BackoffPolicy
{
    /// <summary>delay × n before redelivery n (1 first).</summary>
    Linear,

    /// <summary>delay × 2^n before redelivery n (0 first).</summary>
    Exponential,
}
