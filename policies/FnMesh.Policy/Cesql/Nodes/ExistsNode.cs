namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class ExistsNode(string name) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run) => CesqlValue.Of(!run.Find(name).IsMissing);
}
