namespace FnMesh.Functions;

/// <summary>Runs the function for every CloudEvent that its subscription lets through.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class EventGridTriggerAttribute : Attribute
{
    /// <summary>Known so that the compiler can refuse it with a sentence: the Subscription says whether events come in batches.</summary>
    public bool IsBatched { get; set; }
}
