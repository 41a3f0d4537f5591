namespace FnMesh.Functions;

/// <summary>Runs the function for every CloudEvent that its subscription lets through.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class EventGridTriggerAttribute : Attribute;
