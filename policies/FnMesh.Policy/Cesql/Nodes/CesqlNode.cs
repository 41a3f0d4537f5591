namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>
/// A part of a compiled expression. The first error ends the evaluation: the operator or function that meets it gives what it can, and those
/// around it the zero value of their types without evaluating anything more (CESQL 1.0, 3.2, 3.3 and 4.1).
/// </summary>
internal abstract class CesqlNode
{
    /// <summary>No value only where it is an attribute that is missing, which is an error.</summary>
    public abstract CesqlValue Evaluate(ref CesqlRun run);
}
