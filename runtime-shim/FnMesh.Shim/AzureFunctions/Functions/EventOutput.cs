namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>An output of a function whose values are published as events.</summary>
/// <param name="Binding">Its name; <c>$return</c> for the value that the function returns.</param>
/// <param name="Form">What it holds.</param>
/// <param name="Type">The type of its events, where they do not name one themselves; null when they must.</param>
/// <param name="Source">Their source, where they do not name one themselves; null for the function.</param>
internal sealed record EventOutput(string Binding, OutputForm Form, string? Type, string? Source)
{
    /// <summary>The name of the value that a function returns.</summary>
    public const string Returned = "$return";
}
