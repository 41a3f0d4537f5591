namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>Makes of an expression as it is written one that is evaluated.</summary>
internal static class CesqlCompiler
{
    public static CesqlNode Compile(CesqlSyntax syntax) => syntax switch
    {
        CesqlSyntax.Text text => new ValueNode(CesqlValue.Of(text.Value)),
        CesqlSyntax.Number number => new ValueNode(CesqlValue.Of(number.Value)),
        CesqlSyntax.Flag flag => new ValueNode(CesqlValue.Of(flag.Value)),
        CesqlSyntax.Attribute attribute => new AttributeNode(attribute.Name),
        CesqlSyntax.Exists exists => new ExistsNode(exists.Name),
        CesqlSyntax.Not not => new NotNode(Compile(not.Operand)),
        CesqlSyntax.Negate negate => new NegateNode(Compile(negate.Operand)),
        CesqlSyntax.Like like => new LikeNode(Compile(like.Operand), new LikePattern(like.Pattern), like.IsNegated),
        CesqlSyntax.In choice => new InNode(Compile(choice.Operand), [.. choice.Items.Select(Compile)], choice.IsNegated),
        CesqlSyntax.Call { Function: { } function } call => new CallNode(function, CesqlBodies.Of(function), [.. call.Arguments.Select(Compile)]),
        CesqlSyntax.Call => new NoFunctionNode(),
        CesqlSyntax.Binary binary => Compile(binary, Compile(binary.Left), Compile(binary.Right)),
        _ => throw new InvalidOperationException($"{syntax.GetType().Name} is a part without a meaning here."),
    };

    private static CesqlNode Compile(CesqlSyntax.Binary binary, CesqlNode left, CesqlNode right) => binary.Operator switch
    {
        CesqlOperator.And or CesqlOperator.Or or CesqlOperator.Xor => new LogicNode(binary.Operator, left, right),
        CesqlOperator.Equal => new EqualNode(left, right, isNegated: false),
        CesqlOperator.NotEqual => new EqualNode(left, right, isNegated: true),
        >= CesqlOperator.Add => new ArithmeticNode(binary.Operator, left, right),
        _ => new CompareNode(binary.Operator, left, right),
    };
}
