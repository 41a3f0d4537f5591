namespace FnMesh.Policy.Cesql;

/// <summary>
/// Reads an expression (CESQL 1.0, 2 and 3.6). Operators of one rank go from left to right: also AND, OR and XOR, which have one rank.
/// It stops at the first fault.
/// </summary>
internal sealed class CesqlParser
{
    private const int LogicRank = 1, CompareRank = 2, AddRank = 3, MultiplyRank = 4, InRank = 5, LikeRank = 6;

    private static readonly Dictionary<string, (CesqlOperator Operator, int Rank)> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AND"] = (CesqlOperator.And, LogicRank),
        ["OR"] = (CesqlOperator.Or, LogicRank),
        ["XOR"] = (CesqlOperator.Xor, LogicRank),
        ["="] = (CesqlOperator.Equal, CompareRank),
        ["!="] = (CesqlOperator.NotEqual, CompareRank),
        ["<>"] = (CesqlOperator.NotEqual, CompareRank),
        ["<"] = (CesqlOperator.Less, CompareRank),
        ["<="] = (CesqlOperator.LessOrEqual, CompareRank),
        [">"] = (CesqlOperator.Greater, CompareRank),
        [">="] = (CesqlOperator.GreaterOrEqual, CompareRank),
        ["+"] = (CesqlOperator.Add, AddRank),
        ["-"] = (CesqlOperator.Subtract, AddRank),
        ["*"] = (CesqlOperator.Multiply, MultiplyRank),
        ["/"] = (CesqlOperator.Divide, MultiplyRank),
        ["%"] = (CesqlOperator.Remainder, MultiplyRank),
    };

    private readonly List<CesqlToken> _tokens;
    private CesqlFault? _fault;
    private int _at;
    private int _depth;
    private int _nodes;

    private CesqlParser(List<CesqlToken> tokens) => _tokens = tokens;

    /// <summary>Null, with the fault, where the text is no expression.</summary>
    public static CesqlSyntax? Parse(string text, out CesqlFault? fault)
    {
        if (text.Length > CesqlBounds.Length)
        {
            fault = new(CesqlBounds.Length, CesqlBounds.Length + 1, $"an expression has at most {CesqlBounds.Length} characters; split it with 'all' or 'any'");
            return null;
        }

        if (CesqlLexer.Read(text, out fault) is not { } tokens) return null;
        var parser = new CesqlParser(tokens);
        var expression = parser.Expression(LogicRank);
        if (expression is not null && parser.Now.Kind != CesqlTokenKind.End) expression = parser.Fail(parser.Now, parser.TooMuch());
        fault = parser._fault;
        return expression;
    }

    private CesqlToken Now => _tokens[_at];

    private CesqlToken Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    private CesqlToken Take() => _tokens[_at++];

    private CesqlSyntax? Fail(CesqlToken token, string what) => Fail(token.Start, token.End, what);

    private CesqlSyntax? Fail(int start, int end, string what)
    {
        _fault ??= new CesqlFault(start, end, what);
        return null;
    }

    private CesqlSyntax? Count(CesqlSyntax node) =>
        ++_nodes <= CesqlBounds.Nodes ? node : Fail(node.Start, node.End, $"an expression has at most {CesqlBounds.Nodes} operators and operands; split it with 'all' or 'any'");

    private CesqlSyntax? Expression(int rank)
    {
        if (++_depth > CesqlBounds.Depth) return Fail(Now, $"the expression nests more than {CesqlBounds.Depth} deep here");
        var left = Operand();
        while (left is not null)
        {
            var isNegated = Now.Is("NOT");
            var word = isNegated ? Next : Now;
            if (rank <= LikeRank && word.Is("LIKE")) left = Like(left, isNegated);
            else if (rank <= InRank && word.Is("IN")) left = In(left, isNegated);
            else if (Now.Kind is CesqlTokenKind.Word or CesqlTokenKind.Sign && Operators.TryGetValue(Now.Value, out var found) && rank <= found.Rank) left = Binary(left, found.Operator, found.Rank);
            else break;
        }

        _depth--;
        return left;
    }

    private CesqlSyntax? Binary(CesqlSyntax left, CesqlOperator how, int rank)
    {
        var sign = Take().Value.ToUpperInvariant();
        return Expression(rank + 1) is { } right ? Count(new CesqlSyntax.Binary(how, sign, left, right)) : null;
    }

    private CesqlSyntax? Like(CesqlSyntax operand, bool isNegated)
    {
        if (isNegated) _at++;
        _at++;
        if (Now.Kind != CesqlTokenKind.Text) return Fail(Now, $"LIKE takes a text in quotes, not {Now.Name}");
        var pattern = Take();
        return Count(new CesqlSyntax.Like(pattern.End, operand, pattern.Value, isNegated));
    }

    private CesqlSyntax? In(CesqlSyntax operand, bool isNegated)
    {
        if (isNegated) _at++;
        _at++;
        if (Now.Kind != CesqlTokenKind.Open) return Fail(Now, $"IN takes a list in brackets, such as ('a', 'b'), not {Now.Name}");
        if (Next.Kind == CesqlTokenKind.Close) return Fail(Now.Start, Next.End, "the list of IN must not be empty");
        return List(out var end) is { } items ? Count(new CesqlSyntax.In(end, operand, items, isNegated)) : null;
    }

    private CesqlSyntax? Operand()
    {
        var token = Now;
        switch (token.Kind)
        {
            case CesqlTokenKind.Open:
                return Bracketed();
            case CesqlTokenKind.Text:
                _at++;
                return Count(new CesqlSyntax.Text(token.Start, token.End, token.Value));
            case CesqlTokenKind.Digits:
                return Number(token, isNegative: false);
            case CesqlTokenKind.Sign when token.Value is "-" or "+" && Next.Kind == CesqlTokenKind.Digits && Next.Start == token.End:
                _at++;
                return Number(token, token.Value == "-");
            case CesqlTokenKind.Sign when token.Value == "-":
                _at++;
                return Unary() is { } negated ? Count(new CesqlSyntax.Negate(token.Start, negated)) : null;
            case CesqlTokenKind.Word:
                return Word(token);
            default:
                return Fail(token, Missing(token));
        }
    }

    private CesqlSyntax? Unary()
    {
        if (++_depth > CesqlBounds.Depth) return Fail(Now, $"the expression nests more than {CesqlBounds.Depth} deep here");
        var operand = Operand();
        _depth--;
        return operand;
    }

    private CesqlSyntax? Bracketed()
    {
        var open = Take();
        if (Expression(LogicRank) is not { } inner) return null;
        if (Now.Kind != CesqlTokenKind.Close) return Fail(Now, Now.Kind == CesqlTokenKind.End ? "a ')' is missing" : TooMuch());
        return inner with { Start = open.Start, End = Take().End, IsBracketed = true };
    }

    private CesqlSyntax? Number(CesqlToken first, bool isNegative)
    {
        var digits = Take();
        var number = 0L;
        foreach (var digit in digits.Value)
        {
            number = (number * 10) + (digit - '0');
            if (number > 1L + int.MaxValue) break;
        }

        if (isNegative) number = -number;
        return number is >= int.MinValue and <= int.MaxValue
            ? Count(new CesqlSyntax.Number(first.Start, digits.End, (int)number))
            : Fail(first.Start, digits.End, $"an Integer is from {int.MinValue} to {int.MaxValue}");
    }

    private CesqlSyntax? Word(CesqlToken word)
    {
        if (word.Is("TRUE") || word.Is("FALSE"))
        {
            _at++;
            return Count(new CesqlSyntax.Flag(word.Start, word.End, word.Is("TRUE")));
        }

        if (word.Is("NOT"))
        {
            _at++;
            return Unary() is { } operand ? Count(new CesqlSyntax.Not(word.Start, operand)) : null;
        }

        if (word.Is("EXISTS"))
        {
            _at++;
            var named = Now;
            if (named.Kind is not (CesqlTokenKind.Word or CesqlTokenKind.Digits) || named.IsKeyword || Next.Kind == CesqlTokenKind.Open) return Fail(named, $"EXISTS takes the name of an attribute, not {named.Name}");
            return NameOf(Take()) is { } name ? Count(new CesqlSyntax.Exists(word.Start, named.End, name)) : null;
        }

        if (word.IsKeyword) return Fail(word, Missing(word));
        _at++;
        if (Now.Kind == CesqlTokenKind.Open) return Call(word);
        return NameOf(word) is { } attribute ? Count(new CesqlSyntax.Attribute(word.Start, word.End, attribute)) : null;
    }

    private string? NameOf(CesqlToken word)
    {
        if (!word.Value.Any(c => c == '_')) return word.Value.ToLowerInvariant();
        Fail(word, "names of attributes have letters and digits only");
        return null;
    }

    private CesqlSyntax? Call(CesqlToken name)
    {
        if (name.Value[0] == '_' || name.Value.Any(c => c is >= '0' and <= '9')) return Fail(name, "names of functions have letters and '_' only, a letter first");
        List<CesqlSyntax>? arguments = [];
        int end;
        if (Next.Kind == CesqlTokenKind.Close)
        {
            _at++;
            end = Take().End;
        }
        else if ((arguments = List(out end)) is null)
        {
            return null;
        }

        return Count(new CesqlSyntax.Call(name.Start, end, name.Value, CesqlFunction.Find(name.Value, arguments.Count), arguments));
    }

    /// <summary>At least one expression in brackets, with commas between.</summary>
    private List<CesqlSyntax>? List(out int end)
    {
        end = 0;
        var items = new List<CesqlSyntax>();
        do
        {
            _at++;
            if (Expression(LogicRank) is not { } item) return null;
            items.Add(item);
        }
        while (Now.Kind == CesqlTokenKind.Comma);
        if (Now.Kind != CesqlTokenKind.Close)
        {
            Fail(Now, $"a ',' or ')' is missing before {Now.Name}");
            return null;
        }

        end = Take().End;
        return items;
    }

    private string Missing(CesqlToken before)
    {
        if (before.IsSign("=") && _at > 0 && _tokens[_at - 1].IsSign("=")) return "write '=' once";
        if (before.IsSign("+")) return "'+' before an operand is for digits that follow at once; leave it out";
        return $"a value is missing before {before.Name}";
    }

    private string TooMuch() => Now.Kind switch
    {
        CesqlTokenKind.Close => "this ')' closes nothing",
        CesqlTokenKind.Comma => "',' stands in lists of IN and in calls only",
        _ when Now.Is("NOT") => "NOT stands here before LIKE or IN only; put an operator before it",
        _ => $"an operator is missing before {Now.Name}",
    };
}
