namespace FnMesh.Functions;

/// <summary>Redelivers an event after a fixed time.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixedDelayRetryAttribute(int maxRetryCount, string delayInterval) : Attribute
{
    /// <summary>How often, after the first time.</summary>
    public int MaxRetryCount { get; } = maxRetryCount;

    /// <summary>As hh:mm:ss.</summary>
    public string DelayInterval { get; } = delayInterval;
}
