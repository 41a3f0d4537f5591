namespace FnMesh.Functions;

/// <summary>Says that running the function twice does no more than running it once: it may be repeated whatever its method.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IdempotentAttribute : Attribute;
