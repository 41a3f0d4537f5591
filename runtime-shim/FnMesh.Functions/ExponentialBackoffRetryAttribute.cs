namespace FnMesh.Functions;

/// <summary>Redelivers an event, or runs a timer again, after a time that doubles when the function failed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval) : Attribute
{
    /// <summary>How often, after the first time: 0 to 1,000.</summary>
    public int MaxRetryCount { get; } = maxRetryCount;

    /// <summary>The first time, as hh:mm:ss.</summary>
    public string MinimumInterval { get; } = minimumInterval;

    /// <summary>The longest time, as hh:mm:ss.</summary>
    public string MaximumInterval { get; } = maximumInterval;
}
