using System.Runtime.CompilerServices;

namespace FnMesh.Policy.Cesql.Nodes;

internal sealed class CallNode(CesqlFunction function, CesqlBody body, CesqlNode[] arguments) : CesqlNode
{
    public override CesqlValue Evaluate(ref CesqlRun run)
    {
        var few = default(Few);
        Span<CesqlValue> values = arguments.Length <= Few.Length ? few[..arguments.Length] : new CesqlValue[arguments.Length];
        for (var index = 0; index < arguments.Length; index++)
        {
            var value = arguments[index].Evaluate(ref run);
            if (!run.HasFailed) values[index] = run.To(function.TypeOf(index), value);
            if (run.HasFailed) return CesqlValue.Zero(function.Returns);
        }

        return body(values, ref run);
    }

    [InlineArray(Length)]
    private struct Few
    {
        public const int Length = 3;

        private CesqlValue _first;
    }
}
