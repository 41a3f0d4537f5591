namespace FnMesh.Policy.Cesql;

/// <summary>What an expression gave.</summary>
/// <param name="Value">Always one of the three types: expressions are total.</param>
/// <param name="Errors">What ended the evaluation, or went wrong in its last step.</param>
public readonly record struct CesqlOutcome(CesqlValue Value, CesqlErrors Errors)
{
    /// <summary>Whether an event passes, where the expression is a filter: a Boolean that is true, and no error (CESQL 1.0, 1.2).</summary>
    public bool Passes => Errors == CesqlErrors.None && Value.Type == CesqlType.Boolean && Value.Flag;
}
