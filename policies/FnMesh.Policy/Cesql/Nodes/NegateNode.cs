namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class NegateNode(CesqlNode operand) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var value = operand.Evaluate(ref run);
        var number = run.HasFailed ? 0 : run.ToInteger(value);
        if (number != int.MinValue) return CesqlValue.Of(-number);
        run.Fail(CesqlErrors.Math);
        return CesqlValue.Of(0);
    }
}
