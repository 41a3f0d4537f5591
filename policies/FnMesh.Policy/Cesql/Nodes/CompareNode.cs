namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>Integers only have an order.</summary>
internal sealed class CompareNode(CesqlOperator how, CesqlNode left, CesqlNode right) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run) => CesqlValue.Of(IntegerPair.Of(left, right, ref run, out var one, out var other) && how switch
    {
        CesqlOperator.Less => one < other,
        CesqlOperator.LessOrEqual => one <= other,
        CesqlOperator.Greater => one > other,
        _ => one >= other,
    });
}
