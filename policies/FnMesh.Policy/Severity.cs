namespace FnMesh.Policy;

/// <summary>How bad a diagnostic is.</summary>
public enum Severity
{
    /// <summary>The policy acts, but probably not as meant.</summary>
    Warning,

    /// <summary>The policy is refused whole.</summary>
    Error,
}
