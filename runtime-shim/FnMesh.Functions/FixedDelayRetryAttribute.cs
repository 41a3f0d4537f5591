namespace FnMesh.Functions;

/// <summary>Redelivers an event, or runs a timer again, after a fixed time when the function failed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixedDelayRetryAttribute(int maxRetryCount, string delayInterval) : Attribute
{
    /// <summary>How often, after the first time: 0 to 1,000.</summary>
    public int MaxRetryCount { get; } = maxRetryCount;

    /// <summary>As hh:mm:ss.</summary>
    public string DelayInterval { get; } = delayInterval;
}
