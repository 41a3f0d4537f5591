namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>AND and OR do not evaluate a right operand that changes nothing (CESQL 1.0, 3.4.2).</summary>
internal sealed class LogicNode(CesqlOperator how, CesqlNode left, CesqlNode right) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var one = Operand(left, ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        if (how == CesqlOperator.And ? !one : how == CesqlOperator.Or && one) return CesqlValue.Of(one);
        var other = Operand(right, ref run);
        return CesqlValue.Of(!run.HasFailed && (how == CesqlOperator.Xor ? one != other : other));
    }

    private static bool Operand(CesqlNode node, ref CesqlRun run)
    {
        var value = node.Evaluate(ref run);
        return !run.HasFailed && run.ToBoolean(value);
    }
}
