namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>The type of the right operand leads (CESQL 1.0, 3.7).</summary>
internal sealed class EqualNode(CesqlNode left, CesqlNode right, bool isNegated) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var one = left.Evaluate(ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        var other = right.Evaluate(ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        var areEqual = run.AreEqual(one, other);
        return CesqlValue.Of(!run.HasFailed && areEqual != isNegated);
    }
}
