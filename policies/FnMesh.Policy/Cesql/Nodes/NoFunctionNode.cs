namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>A call that cannot be dispatched (CESQL 1.0, 3.5).</summary>
internal sealed class NoFunctionNode : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        run.Fail(CesqlErrors.MissingFunction);
        return CesqlValue.Of(false);
    }
}
