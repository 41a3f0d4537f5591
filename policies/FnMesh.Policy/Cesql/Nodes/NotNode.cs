namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>What cannot be cast counts as false, so that this is true beside the error. An Integer is cast to Boolean everywhere but here, where the conformance suite wants an error (case "Invalid int cast").</summary>
internal sealed class NotNode(CesqlNode operand) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var value = operand.Evaluate(ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        if (value.Type != CesqlType.Integer) return CesqlValue.Of(!run.ToBoolean(value));
        run.Fail(CesqlErrors.Cast);
        return CesqlValue.Of(true);
    }
}
