using System.Numerics;
using System.Text.RegularExpressions;
using FnMesh.Policy.Cesql;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>A second evaluator of CESQL, that walks the tree with numbers without bounds, tables and lists, and shares with the first only the parser.</summary>
internal static class CesqlTwin
{
    public static (object Value, CesqlErrors Errors) Evaluate(CesqlSyntax node, IReadOnlyDictionary<string, string> attributes)
    {
        (object Value, CesqlErrors Errors)? failed = null;
        (object, CesqlErrors) Zero(CesqlErrors errors) => (node.Type switch { CesqlType.Integer => BigInteger.Zero, CesqlType.String => "", _ => false }, errors);
        bool Have(CesqlSyntax operand, out object value)
        {
            (value, var errors) = Evaluate(operand, attributes);
            if (errors == CesqlErrors.None) return true;
            failed = Zero(errors);
            return false;
        }

        bool HaveNumber(CesqlSyntax operand, out BigInteger number)
        {
            number = 0;
            return Have(operand, out var value) && Cast(ToNumber(value), out number);
        }

        bool HaveFlag(CesqlSyntax operand, out bool flag)
        {
            flag = false;
            return Have(operand, out var value) && Cast(ToFlag(value), out flag);
        }

        bool Cast<T>(T? from, out T to)
            where T : struct
        {
            if (from is null) failed ??= Zero(CesqlErrors.Cast);
            to = from.GetValueOrDefault();
            return from is not null;
        }

        bool Equal(object cast, object leading, out bool isEqual)
        {
            isEqual = false;
            switch (leading)
            {
                case string text:
                    isEqual = ToText(cast) == text;
                    return true;
                case BigInteger number:
                    if (!Cast(ToNumber(cast), out var other)) return false;
                    isEqual = other == number;
                    return true;
                default:
                    if (!Cast(ToFlag(cast), out var flag)) return false;
                    isEqual = flag == (bool)leading;
                    return true;
            }
        }

        switch (node)
        {
            case CesqlSyntax.Text text:
                return (text.Value, CesqlErrors.None);
            case CesqlSyntax.Number number:
                return ((BigInteger)number.Value, CesqlErrors.None);
            case CesqlSyntax.Flag flag:
                return (flag.Value, CesqlErrors.None);
            case CesqlSyntax.Attribute attribute:
                return attributes.TryGetValue(attribute.Name, out var known) ? (known, CesqlErrors.None) : Zero(CesqlErrors.MissingAttribute);
            case CesqlSyntax.Exists exists:
                return (attributes.ContainsKey(exists.Name), CesqlErrors.None);
            case CesqlSyntax.Not not:
                if (!Have(not.Operand, out var negated)) return failed!.Value;
                return negated is not BigInteger && ToFlag(negated) is { } plain ? (!plain, CesqlErrors.None) : (true, CesqlErrors.Cast);
            case CesqlSyntax.Negate negate:
                return HaveNumber(negate.Operand, out var positive) ? Fit(-positive) : failed!.Value;
            case CesqlSyntax.Like like:
                if (!Have(like.Operand, out var matched)) return failed!.Value;
                return (IsLike(ToText(matched), like.Pattern) != like.IsNegated, CesqlErrors.None);
            case CesqlSyntax.In choice:
                if (!Have(choice.Operand, out var chosen)) return failed!.Value;
                var found = false;
                foreach (var item in choice.Items)
                {
                    if (!Have(item, out var one) || !Equal(one, chosen, out var isEqual)) return failed!.Value;
                    found |= isEqual;
                }

                return (found != choice.IsNegated, CesqlErrors.None);
            case CesqlSyntax.Binary { Operator: CesqlOperator.And or CesqlOperator.Or or CesqlOperator.Xor } logic:
                if (!HaveFlag(logic.Left, out var left)) return failed!.Value;
                if (logic.Operator == CesqlOperator.And && !left) return (false, CesqlErrors.None);
                if (logic.Operator == CesqlOperator.Or && left) return (true, CesqlErrors.None);
                return HaveFlag(logic.Right, out var right) ? (logic.Operator == CesqlOperator.Xor ? left ^ right : right, CesqlErrors.None) : failed!.Value;
            case CesqlSyntax.Binary { Operator: CesqlOperator.Equal or CesqlOperator.NotEqual } same:
                if (!Have(same.Left, out var first) || !Have(same.Right, out var second) || !Equal(first, second, out var areEqual)) return failed!.Value;
                return (areEqual == (same.Operator == CesqlOperator.Equal), CesqlErrors.None);
            case CesqlSyntax.Binary binary:
                if (!Have(binary.Left, out var a) || !Have(binary.Right, out var b) || !Cast(ToNumber(a), out var x) || !Cast(ToNumber(b), out var y)) return failed!.Value;
                return binary.Operator switch
                {
                    CesqlOperator.Less => (x < y, CesqlErrors.None),
                    CesqlOperator.LessOrEqual => (x <= y, CesqlErrors.None),
                    CesqlOperator.Greater => (x > y, CesqlErrors.None),
                    CesqlOperator.GreaterOrEqual => (x >= y, CesqlErrors.None),
                    CesqlOperator.Add => Fit(x + y),
                    CesqlOperator.Subtract => Fit(x - y),
                    CesqlOperator.Multiply => Fit(x * y),
                    _ when y == 0 => (BigInteger.Zero, CesqlErrors.Math),
                    CesqlOperator.Divide => Fit(BigInteger.Divide(x, y)),
                    _ => Fit(BigInteger.Remainder(x, y)),
                };
            case CesqlSyntax.Call { Function: { } function } call:
                var arguments = new object[call.Arguments.Count];
                for (var index = 0; index < arguments.Length; index++)
                {
                    if (!Have(call.Arguments[index], out var argument)) return failed!.Value;
                    if (function.TypeOf(index) == CesqlType.Integer)
                    {
                        if (!Cast(ToNumber(argument), out var wanted)) return failed!.Value;
                        argument = wanted;
                    }

                    arguments[index] = function.TypeOf(index) == CesqlType.String ? ToText(argument) : argument;
                }

                return Call(function.Name, arguments);
            default:
                return Zero(CesqlErrors.MissingFunction);
        }
    }

    private static (object, CesqlErrors) Call(string name, object[] arguments)
    {
        string Text(int index) => (string)arguments[index];
        int Number(int index) => (int)(BigInteger)arguments[index];
        switch (name)
        {
            case "INT":
                return ToNumber(arguments[0]) is { } number ? (number, CesqlErrors.None) : (BigInteger.Zero, CesqlErrors.Cast);
            case "BOOL":
                return ToFlag(arguments[0]) is { } flag ? (flag, CesqlErrors.None) : (false, CesqlErrors.Cast);
            case "STRING":
                return (ToText(arguments[0]), CesqlErrors.None);
            case "ABS":
                return Number(0) == int.MinValue ? ((BigInteger)int.MaxValue, CesqlErrors.Math) : (BigInteger.Abs(Number(0)), CesqlErrors.None);
            case "LENGTH":
                return ((BigInteger)Text(0).EnumerateRunes().Count(), CesqlErrors.None);
            case "CONCAT":
                return (string.Concat(arguments), CesqlErrors.None);
            case "CONCAT_WS":
                return (string.Join(Text(0), arguments.Skip(1)), CesqlErrors.None);
            case "LOWER":
                return (Text(0).ToLowerInvariant(), CesqlErrors.None);
            case "UPPER":
                return (Text(0).ToUpperInvariant(), CesqlErrors.None);
            case "TRIM":
                return (string.Concat(Text(0).SkipWhile(char.IsWhiteSpace).Reverse().SkipWhile(char.IsWhiteSpace).Reverse()), CesqlErrors.None);
            case "LEFT":
                return Number(1) < 0 ? (Text(0), CesqlErrors.FunctionEvaluation) : (string.Concat(Text(0).EnumerateRunes().Take(Number(1))), CesqlErrors.None);
            case "RIGHT":
                return Number(1) < 0 ? (Text(0), CesqlErrors.FunctionEvaluation) : (string.Concat(Text(0).EnumerateRunes().TakeLast(Number(1))), CesqlErrors.None);
            default:
                var (runes, at) = (Text(0).EnumerateRunes().ToArray(), Number(1));
                if (Math.Abs((long)at) > runes.Length || (arguments.Length == 3 && Number(2) < 0)) return ("", CesqlErrors.FunctionEvaluation);
                return (at == 0 ? "" : string.Concat(runes.Skip(at > 0 ? at - 1 : runes.Length + at).Take(arguments.Length == 3 ? Number(2) : int.MaxValue)), CesqlErrors.None);
        }
    }

    private static (object, CesqlErrors) Fit(BigInteger number) =>
        number >= int.MinValue && number <= int.MaxValue ? (number, CesqlErrors.None) : (BigInteger.Zero, CesqlErrors.Math);

    public static string ToText(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        BigInteger number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => (string)value,
    };

    private static BigInteger? ToNumber(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        BigInteger number => number,
        string text when IsNumber(text) => BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture) is var read && read >= int.MinValue && read <= int.MaxValue ? read : null,
        _ => null,
    };

    private static bool? ToFlag(object value) => value switch
    {
        bool flag => flag,
        BigInteger number => !number.IsZero,
        string text => Regex.IsMatch(text, @"\A[Tt][Rr][Uu][Ee]\z", RegexOptions.NonBacktracking) ? true : Regex.IsMatch(text, @"\A[Ff][Aa][Ll][Ss][Ee]\z", RegexOptions.NonBacktracking) ? false : null,
        _ => null,
    };

    private static bool IsNumber(string text)
    {
        var digits = text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text;
        return digits.Length > 0 && digits.All(char.IsAsciiDigit);
    }

    /// <summary>Whether each beginning of the text fits each beginning of the pattern, in a table.</summary>
    private static bool IsLike(string text, string pattern)
    {
        var places = Regex.Matches(pattern, @"\\%|\\_|(?s:.)").Select(place => place.Value).ToArray();
        var fits = new bool[places.Length + 1];
        fits[0] = true;
        for (var place = 0; place < places.Length; place++) fits[place + 1] = fits[place] && places[place] == "%";
        foreach (var character in text)
        {
            var next = new bool[fits.Length];
            for (var place = 0; place < places.Length; place++)
                next[place + 1] = places[place] == "%" ? next[place] || fits[place + 1] : fits[place] && (places[place] == "_" || places[place][^1] == character);
            fits = next;
        }

        return fits[^1];
    }
}
