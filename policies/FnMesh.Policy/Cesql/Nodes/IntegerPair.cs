namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>Two operands that must be Integers.</summary>
internal static class IntegerPair
{
    /// <summary>False where one cannot be had, which is an error of the run.</summary>
    public static bool Of(CesqlNode left, CesqlNode right, ref CesqlRun run, out long one, out long other)
    {
        (one, other) = (0, 0);
        var first = left.Evaluate(ref run);
        if (run.HasFailed) return false;
        var second = right.Evaluate(ref run);
        if (run.HasFailed) return false;
        one = run.ToInteger(first);
        other = run.ToInteger(second);
        return !run.HasFailed;
    }
}
