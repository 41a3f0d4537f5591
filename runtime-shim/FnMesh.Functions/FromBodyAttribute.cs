namespace FnMesh.Functions;

/// <summary>Takes the parameter from the body of the request, as JSON.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromBodyAttribute : Attribute;
