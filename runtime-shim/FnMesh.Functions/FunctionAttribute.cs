namespace FnMesh.Functions;

/// <summary>Makes a method a function of the app.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    /// <summary>Unique in the app, without regard to case: a letter, then up to 127 letters, digits, - and _.</summary>
    public string Name { get; } = name;
}
