namespace FnMesh.Functions;

/// <summary>Runs the function for CloudEvents of the mesh, and declares the subscription for them.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class CloudEventTriggerAttribute(params string[] types) : Attribute
{
    /// <summary>The types of events, where %NAME% stands for a setting; empty for all.</summary>
    public string[] Types { get; } = types;

    /// <summary>An expression in CloudEvents SQL that an event must satisfy.</summary>
    public string? Filter { get; set; }

    /// <summary>The source that an event must have.</summary>
    public string? Source { get; set; }
}
