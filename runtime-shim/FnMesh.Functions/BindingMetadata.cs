namespace FnMesh.Functions;

/// <summary>What a function is bound to.</summary>
/// <param name="Name">The parameter's, or <c>trigger</c> where it stands on the method.</param>
/// <param name="Type">As <c>httpTrigger</c>.</param>
/// <param name="Direction">Whether the function takes or gives it.</param>
public sealed record BindingMetadata(string Name, string Type, BindingDirection Direction);
