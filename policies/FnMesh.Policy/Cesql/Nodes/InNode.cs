using System.Collections.Frozen;

namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>The type of the left operand leads (CESQL 1.0, 3.4.5). Only AND and OR may leave operands out: every item is evaluated, also behind one that is equal.</summary>
internal sealed class InNode(CesqlNode operand, CesqlNode[] items, bool isNegated) : CesqlNode
{
    private readonly FrozenSet<string>? _texts = Array.TrueForAll(items, static item => item is ValueNode { Value.Type: CesqlType.String })
        ? items.Select(static item => ((ValueNode)item).Value.Text).ToFrozenSet(StringComparer.Ordinal)
        : null;

    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var value = operand.Evaluate(ref run);
        if (run.HasFailed) return CesqlValue.Of(false);
        if (_texts is not null && value.Type == CesqlType.String) return CesqlValue.Of(run.Spend(value.Text.Length) && _texts.Contains(value.Text) != isNegated);
        var isFound = false;
        foreach (var item in items)
        {
            var other = item.Evaluate(ref run);
            isFound |= !run.HasFailed && run.AreEqual(other, value);
            if (run.HasFailed) return CesqlValue.Of(false);
        }

        return CesqlValue.Of(isFound != isNegated);
    }
}
