using System.Text;

namespace FnMesh.Policy.Cesql;

/// <summary>Cuts an expression into pieces. A sign before digits is a piece of its own: whether it belongs to the number depends on what stands before it.</summary>
/// <param name="text">At most <see cref="CesqlBounds.Length"/> characters.</param>
internal sealed class CesqlLexer(string text)
{
    private int _at;

    /// <summary>Every piece, the last of which is the end; null with the fault where there is none.</summary>
    public static List<CesqlToken>? Read(string text, out CesqlFault? fault)
    {
        var lexer = new CesqlLexer(text);
        var tokens = new List<CesqlToken>();
        do
        {
            if (lexer.Next(out fault) is not { } token) return null;
            tokens.Add(token);
        }
        while (tokens[tokens.Count - 1].Kind != CesqlTokenKind.End);
        return tokens;
    }

    private CesqlToken? Next(out CesqlFault? fault)
    {
        fault = null;
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n') _at++;
        if (_at == text.Length) return new(CesqlTokenKind.End, _at, _at, "");
        var first = text[_at];
        if (first is '\'' or '"') return Text(first, out fault);
        if (IsWord(first)) return Word();
        switch (first)
        {
            case '(':
                return Take(CesqlTokenKind.Open, 1);
            case ')':
                return Take(CesqlTokenKind.Close, 1);
            case ',':
                return Take(CesqlTokenKind.Comma, 1);
            case '*' or '/' or '%' or '+' or '-' or '=':
                return Take(CesqlTokenKind.Sign, 1);
            case '<':
                return Take(CesqlTokenKind.Sign, After is '=' or '>' ? 2 : 1);
            case '>':
                return Take(CesqlTokenKind.Sign, After == '=' ? 2 : 1);
            case '!' when After == '=':
                return Take(CesqlTokenKind.Sign, 2);
            default:
                fault = new(_at, _at + 1, Mend(first));
                return null;
        }
    }

    private char After => _at + 1 < text.Length ? text[_at + 1] : '\0';

    private static bool IsWord(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';

    private static string Mend(char c) => c switch
    {
        '&' => "'&' means nothing here; write AND",
        '|' => "'|' means nothing here; write OR, or CONCAT(…)",
        '!' => "'!' means nothing here; write NOT, or != for unequal",
        '’' or '‘' or '“' or '”' or '`' => "this is no quote of a text; write ' or \"",
        '.' => "'.' means nothing here; numbers are whole, and the members of data are for the dialect 'data'",
        _ => "this character means nothing outside of quotes",
    };

    private CesqlToken Take(CesqlTokenKind kind, int length)
    {
        var start = _at;
        _at += length;
        return new(kind, start, _at, text.Substring(start, length));
    }

    private CesqlToken Word()
    {
        var end = _at;
        var isNumber = true;
        for (; end < text.Length && IsWord(text[end]); end++) isNumber &= text[end] is >= '0' and <= '9';
        return Take(isNumber ? CesqlTokenKind.Digits : CesqlTokenKind.Word, end - _at);
    }

    /// <summary>A backslash or a second quote keeps a quote from ending the text. A backslash before anything else is a character like others, which LIKE may give a meaning.</summary>
    private CesqlToken? Text(char quote, out CesqlFault? fault)
    {
        fault = null;
        var start = _at;
        var value = new StringBuilder();
        for (var at = start + 1; at < text.Length; at++)
        {
            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                if (next != quote) value.Append('\\');
                value.Append(next);
                at++;
            }
            else if (text[at] != quote)
            {
                value.Append(text[at]);
            }
            else if (next == quote)
            {
                value.Append(quote);
                at++;
            }
            else
            {
                _at = at + 1;
                return new(CesqlTokenKind.Text, start, _at, value.ToString());
            }
        }

        fault = new(start, text.Length, $"the text that begins here has no end; close it with {quote}");
        return null;
    }
}
