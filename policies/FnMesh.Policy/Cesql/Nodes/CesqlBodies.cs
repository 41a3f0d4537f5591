using System.Text;

namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>The built-in functions (CESQL 1.0, 3.5). A character is a Unicode code point.</summary>
internal static class CesqlBodies
{
    public static CesqlBody Of(CesqlFunction function) => (function.Name, function.Parameters.Length) switch
    {
        ("INT", _) => static (arguments, ref run) => CesqlValue.Of(run.ToInteger(arguments[0])),
        ("BOOL", _) => static (arguments, ref run) => CesqlValue.Of(run.ToBoolean(arguments[0])),
        ("STRING", _) => static (arguments, ref _) => CesqlValue.Of(CesqlRun.ToText(arguments[0])),
        ("ABS", _) => Abs,
        ("LENGTH", _) => static (arguments, ref run) => CesqlValue.Of(run.Spend(arguments[0].Text.Length) ? CodePoints.Count(arguments[0].Text) : 0),
        ("CONCAT", _) => static (arguments, ref run) => Join("", arguments, ref run),
        ("CONCAT_WS", _) => static (arguments, ref run) => Join(arguments[0].Text, arguments[1..], ref run),
        ("LOWER", _) => static (arguments, ref run) => Text(arguments[0].Text, ref run, static text => text.ToLowerInvariant()),
        ("UPPER", _) => static (arguments, ref run) => Text(arguments[0].Text, ref run, static text => text.ToUpperInvariant()),
        ("TRIM", _) => static (arguments, ref run) => Text(arguments[0].Text, ref run, static text => text.Trim()),
        ("LEFT", _) => static (arguments, ref run) => Side(arguments, isLeft: true, ref run),
        ("RIGHT", _) => static (arguments, ref run) => Side(arguments, isLeft: false, ref run),
        ("SUBSTRING", 2) => static (arguments, ref run) => Part(arguments[0].Text, arguments[1].Number, int.MaxValue, ref run),
        ("SUBSTRING", 3) => static (arguments, ref run) => Part(arguments[0].Text, arguments[1].Number, arguments[2].Number, ref run),
        _ => throw new InvalidOperationException($"{function.Name} is a function without a meaning here."),
    };

    private static CesqlValue Abs(ReadOnlySpan<CesqlValue> arguments, ref CesqlRun run)
    {
        if (arguments[0].Number != int.MinValue) return CesqlValue.Of(Math.Abs(arguments[0].Number));
        run.Fail(CesqlErrors.Math);
        return CesqlValue.Of(int.MaxValue);
    }

    private static CesqlValue Text(string text, ref CesqlRun run, Func<string, string> change) => CesqlValue.Of(run.Spend(text.Length) ? change(text) : "");

    private static CesqlValue Join(string between, ReadOnlySpan<CesqlValue> parts, ref CesqlRun run)
    {
        var length = between.Length * (long)Math.Max(0, parts.Length - 1);
        foreach (var part in parts) length += part.Text.Length;
        if (!run.Spend(length)) return CesqlValue.Of("");
        var joined = new StringBuilder((int)length);
        for (var index = 0; index < parts.Length; index++) joined.Append(index == 0 ? "" : between).Append(parts[index].Text);
        return CesqlValue.Of(joined.ToString());
    }

    private static CesqlValue Side(ReadOnlySpan<CesqlValue> arguments, bool isLeft, ref CesqlRun run)
    {
        var (text, wanted) = (arguments[0].Text, arguments[1].Number);
        if (wanted < 0)
        {
            run.Fail(CesqlErrors.FunctionEvaluation);
            return CesqlValue.Of(text);
        }

        if (!run.Spend(text.Length)) return CesqlValue.Of("");
        var length = CodePoints.Count(text);
        if (length <= wanted) return CesqlValue.Of(text);
        return CesqlValue.Of(isLeft ? CodePoints.Part(text, 0, wanted) : CodePoints.Part(text, length - wanted, wanted));
    }

    private static CesqlValue Part(string text, int position, int wanted, ref CesqlRun run)
    {
        if (!run.Spend(text.Length)) return CesqlValue.Of("");
        var length = CodePoints.Count(text);
        if (position > length || position < -length || wanted < 0)
        {
            run.Fail(CesqlErrors.FunctionEvaluation);
            return CesqlValue.Of("");
        }

        if (position == 0) return CesqlValue.Of("");
        var start = position > 0 ? position - 1 : length + position;
        return CesqlValue.Of(CodePoints.Part(text, start, Math.Min(wanted, length - start)));
    }
}
