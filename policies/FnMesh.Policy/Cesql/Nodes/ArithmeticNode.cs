namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>Integers of 32 bits: what they do not hold, and a division by 0, is 0 and an error.</summary>
internal sealed class ArithmeticNode(CesqlOperator how, CesqlNode left, CesqlNode right) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        if (!IntegerPair.Of(left, right, ref run, out var one, out var other)) return CesqlValue.Of(0);
        if (other == 0 && how is (CesqlOperator.Divide or CesqlOperator.Remainder)) return Fail(ref run);
        var result = how switch
        {
            CesqlOperator.Add => one + other,
            CesqlOperator.Subtract => one - other,
            CesqlOperator.Multiply => one * other,
            CesqlOperator.Divide => one / other,
            _ => one % other,
        };
        return result is >= int.MinValue and <= int.MaxValue ? CesqlValue.Of((int)result) : Fail(ref run);
    }

    private static CesqlValue Fail(ref CesqlRun run)
    {
        run.Fail(CesqlErrors.Math);
        return CesqlValue.Of(0);
    }
}
