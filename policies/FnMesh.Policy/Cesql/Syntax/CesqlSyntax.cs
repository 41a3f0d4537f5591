namespace FnMesh.Policy.Cesql;

/// <summary>An expression as it is written: each node knows its place in the text and the type that it gives.</summary>
/// <param name="Start">The index of its first character.</param>
/// <param name="End">The index behind its last one.</param>
/// <param name="Type">What it gives.</param>
internal abstract record CesqlSyntax(int Start, int End, CesqlType Type)
{
    /// <summary>Whether brackets stand around it.</summary>
    public bool IsBracketed { get; init; }

    internal sealed record Text(int Start, int End, string Value) : CesqlSyntax(Start, End, CesqlType.String);

    internal sealed record Number(int Start, int End, int Value) : CesqlSyntax(Start, End, CesqlType.Integer);

    internal sealed record Flag(int Start, int End, bool Value) : CesqlSyntax(Start, End, CesqlType.Boolean);

    /// <param name="Name">In lower case.</param>
    internal sealed record Attribute(int Start, int End, string Name) : CesqlSyntax(Start, End, CesqlType.Any);

    /// <param name="Name">In lower case.</param>
    internal sealed record Exists(int Start, int End, string Name) : CesqlSyntax(Start, End, CesqlType.Boolean);

    internal sealed record Not(int Start, CesqlSyntax Operand) : CesqlSyntax(Start, Operand.End, CesqlType.Boolean);

    internal sealed record Negate(int Start, CesqlSyntax Operand) : CesqlSyntax(Start, Operand.End, CesqlType.Integer);

    internal sealed record Binary(CesqlOperator Operator, string Sign, CesqlSyntax Left, CesqlSyntax Right)
        : CesqlSyntax(Left.Start, Right.End, Operator >= CesqlOperator.Add ? CesqlType.Integer : CesqlType.Boolean);

    internal sealed record Like(int End, CesqlSyntax Operand, string Pattern, bool IsNegated) : CesqlSyntax(Operand.Start, End, CesqlType.Boolean);

    internal sealed record In(int End, CesqlSyntax Operand, IReadOnlyList<CesqlSyntax> Items, bool IsNegated) : CesqlSyntax(Operand.Start, End, CesqlType.Boolean);

    /// <param name="Function">Null where there is none that takes these arguments: evaluated it is false (CESQL 1.0, 3.5).</param>
    internal sealed record Call(int Start, int End, string Name, CesqlFunction? Function, IReadOnlyList<CesqlSyntax> Arguments)
        : CesqlSyntax(Start, End, Function?.Returns ?? CesqlType.Boolean);
}
