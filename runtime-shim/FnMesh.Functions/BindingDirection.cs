namespace FnMesh.Functions;

/// <summary>Which way data goes through a binding.</summary>
public enum BindingDirection
{
    /// <summary>Into the function.</summary>
    In,

    /// <summary>Out of it.</summary>
    Out,
}
