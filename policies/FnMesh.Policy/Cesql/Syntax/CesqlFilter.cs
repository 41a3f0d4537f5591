namespace FnMesh.Policy.Cesql;

/// <summary>What can be known of an expression as a filter before there are events. What would fail for each event, or never give a Boolean, is a fault of the expression.</summary>
internal static class CesqlFilter
{
    /// <summary>Why an expression lets no event pass, wherever that is certain; null where it may.</summary>
    public static CesqlFault? Fault(string text) => CesqlParser.Parse(text, out var fault) is not { } expression ? fault : Faults(expression).FirstOrDefault() ?? OfType(expression);

    /// <summary>What works, but probably not as meant.</summary>
    public static CesqlFault? Doubt(string text) => CesqlParser.Parse(text, out _) is { } expression
        ? Within(expression).OfType<CesqlSyntax.Binary>().Where(Surprises).Select(one => new CesqlFault(one.Left.Start, one.Left.End,
            $"AND, OR and XOR have one rank in CESQL, so that this comes before the {one.Sign} behind it; write brackets")).FirstOrDefault()
        : null;

    /// <summary>The names of the attributes that an expression asks for; none where the text is no expression.</summary>
    public static IEnumerable<string> Attributes(string text) => CesqlParser.Parse(text, out _) is not { } expression ? [] : Within(expression).Select(one => one switch
    {
        CesqlSyntax.Attribute attribute => attribute.Name,
        CesqlSyntax.Exists exists => exists.Name,
        _ => null,
    }).OfType<string>().Distinct(StringComparer.Ordinal);

    private static bool Surprises(CesqlSyntax.Binary one) =>
        one is { Operator: CesqlOperator.And, Left: CesqlSyntax.Binary { Operator: CesqlOperator.Or or CesqlOperator.Xor, IsBracketed: false } };

    private static CesqlFault? OfType(CesqlSyntax root) => root switch
    {
        CesqlSyntax.Attribute attribute => At(root, $"an attribute is a String here, and a filter is a Boolean; write BOOL({attribute.Name}), or compare it"),
        { Type: not CesqlType.Boolean } => At(root, $"a filter is a Boolean, and this is {(root.Type == CesqlType.Integer ? "an Integer" : "a String")}; compare it with something"),
        _ => null,
    };

    private static IEnumerable<CesqlFault> Faults(CesqlSyntax expression) => Within(expression).SelectMany(Own);

    private static IEnumerable<CesqlFault> Own(CesqlSyntax node)
    {
        switch (node)
        {
            case CesqlSyntax.Call { Function: null } call:
                return [At(call, CesqlFunction.Missing(call.Name, call.Arguments.Count))];
            case CesqlSyntax.Call { Function: { } function } call:
                return call.Arguments.SelectMany((argument, index) => Cast(argument, Wanted(function, index)));
            case CesqlSyntax.Attribute { Name: "data" } or CesqlSyntax.Exists { Name: "data" }:
                return [At(node, "expressions do not see the data of events; use the dialect 'data'")];
            case CesqlSyntax.Not { Operand.Type: CesqlType.Integer } not:
                return [At(not.Operand, "NOT takes no Integer; write BOOL(…) around it")];
            case CesqlSyntax.Not not:
                return Cast(not.Operand, CesqlType.Boolean);
            case CesqlSyntax.Negate negate:
                return Cast(negate.Operand, CesqlType.Integer);
            case CesqlSyntax.Binary { Operator: CesqlOperator.And or CesqlOperator.Or or CesqlOperator.Xor } logic:
                return Cast(logic.Left, CesqlType.Boolean).Concat(Cast(logic.Right, CesqlType.Boolean));
            case CesqlSyntax.Binary { Operator: CesqlOperator.Equal or CesqlOperator.NotEqual } equal:
                return Cast(equal.Left, equal.Right.Type);
            case CesqlSyntax.Binary { Operator: CesqlOperator.Divide or CesqlOperator.Remainder, Right: CesqlSyntax.Number { Value: 0 } zero }:
                return [At(zero, "a division by 0")];
            case CesqlSyntax.Binary binary:
                return Cast(binary.Left, CesqlType.Integer).Concat(Cast(binary.Right, CesqlType.Integer));
            case CesqlSyntax.In choice:
                return choice.Items.SelectMany(item => Cast(item, choice.Operand.Type));
            default:
                return [];
        }
    }

    private static CesqlType Wanted(CesqlFunction function, int argument) =>
        function.TypeOf(argument) is not CesqlType.Any and var type ? type : function.Returns;

    /// <summary>A text that can never become what is wanted.</summary>
    private static IEnumerable<CesqlFault> Cast(CesqlSyntax operand, CesqlType wanted) => operand is not CesqlSyntax.Text text ? [] : wanted switch
    {
        CesqlType.Integer when !CesqlText.TryInteger(text.Value, out _) => [At(text, "this becomes no Integer, which is needed here")],
        CesqlType.Boolean when !CesqlText.TryBoolean(text.Value, out _) => [At(text, "this becomes no Boolean, which is needed here; only 'true' and 'false' do")],
        _ => [],
    };

    private static CesqlFault At(CesqlSyntax node, string what) => new(node.Start, node.End, what);

    /// <summary>The expression and all in it, in the order of the text as far as they have one.</summary>
    private static IEnumerable<CesqlSyntax> Within(CesqlSyntax root)
    {
        var open = new Stack<CesqlSyntax>();
        open.Push(root);
        while (open.Count > 0)
        {
            var node = open.Pop();
            yield return node;
            foreach (var inner in Parts(node).Reverse()) open.Push(inner);
        }
    }

    private static IEnumerable<CesqlSyntax> Parts(CesqlSyntax node) => node switch
    {
        CesqlSyntax.Not not => [not.Operand],
        CesqlSyntax.Negate negate => [negate.Operand],
        CesqlSyntax.Like like => [like.Operand],
        CesqlSyntax.Binary binary => [binary.Left, binary.Right],
        CesqlSyntax.In choice => choice.Items.Prepend(choice.Operand),
        CesqlSyntax.Call call => call.Arguments,
        _ => [],
    };
}
