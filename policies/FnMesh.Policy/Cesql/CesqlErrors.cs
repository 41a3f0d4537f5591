namespace FnMesh.Policy.Cesql;

/// <summary>What went wrong while an expression was read or evaluated (CESQL 1.0, 3.3).</summary>
[Flags]
public enum CesqlErrors
{
    None = 0,

    /// <summary>The text is no expression.</summary>
    Parse = 1,

    /// <summary>A division by zero, or a result that 32 bits do not hold.</summary>
    Math = 1 << 1,

    /// <summary>A value that the wanted type does not have.</summary>
    Cast = 1 << 2,

    /// <summary>An attribute that is not there.</summary>
    MissingAttribute = 1 << 3,

    /// <summary>No function has this name and takes so many arguments.</summary>
    MissingFunction = 1 << 4,

    /// <summary>A function refused an argument.</summary>
    FunctionEvaluation = 1 << 5,

    /// <summary>The evaluation handled more text than <see cref="CesqlExpression.MaxCharacters"/>.</summary>
    Generic = 1 << 6,
}
