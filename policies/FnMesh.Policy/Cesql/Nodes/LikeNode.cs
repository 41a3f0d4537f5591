namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class LikeNode(CesqlNode operand, LikePattern pattern, bool isNegated) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var value = operand.Evaluate(ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        var text = CesqlRun.ToText(value);
        return CesqlValue.Of(run.Spend(pattern.CostOf(text)) && pattern.Matches(text) != isNegated);
    }
}
