namespace FnMesh.Functions;

/// <summary>Runs the function for every CloudEvent that its subscription lets through.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class EventGridTriggerAttribute : Attribute
{
    /// <summary>Known so that the compiler can refuse it with a sentence: the mesh delivers one event at a time.</summary>
    public bool IsBatched { get; set; }
}
