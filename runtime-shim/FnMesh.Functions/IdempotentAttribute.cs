namespace FnMesh.Functions;

/// <summary>Says that running the function twice does no more than running it once: gateways may repeat a call whatever its method.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
