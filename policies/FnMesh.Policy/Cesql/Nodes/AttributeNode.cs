namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class AttributeNode(string name) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var value = run.Find(name);
        if (value.IsMissing) run.Fail(CesqlErrors.MissingAttribute);
        return value;
    }
}
