namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class ValueNode(CesqlValue value) : CesqlNode
{
    public CesqlValue Value => value;

    public override CesqlValue Evaluate(ref CesqlRun run) => value;
}
