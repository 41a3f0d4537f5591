namespace FnMesh.Functions;

/// <summary>Makes what the function returns the data of a CloudEvent that is published; null publishes nothing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CloudEventOutputAttribute(string type) : Attribute
{
    /// <summary>The type of the event.</summary>
    public string Type { get; } = type;
}
