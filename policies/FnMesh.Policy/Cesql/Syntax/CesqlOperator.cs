namespace FnMesh.Policy.Cesql;

/// <summary>Operators between two operands (CESQL 1.0, 3.4.2).</summary>
internal enum CesqlOperator
{
    And,
    Or,
    Xor,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
