namespace FnMesh.Policy.Cesql;

/// <summary>A piece of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">The index of its first character.</param>
/// <param name="End">The index behind its last one.</param>
/// <param name="Value">A text without its quotes and escapes; anything else as it is written.</param>
internal sealed record CesqlToken(CesqlTokenKind Kind, int Start, int End, string Value)
{
    private static readonly string[] Keywords = ["AND", "OR", "XOR", "NOT", "LIKE", "EXISTS", "IN", "TRUE", "FALSE"];

    /// <summary>Whether it is this keyword; keywords have no case (CESQL 1.0, 2).</summary>
    public bool Is(string keyword) => Kind == CesqlTokenKind.Word && string.Equals(Value, keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSign(string sign) => Kind == CesqlTokenKind.Sign && Value == sign;

    public bool IsKeyword => Keywords.Any(Is);

    /// <summary>For messages.</summary>
    public string Name => Kind switch
    {
        CesqlTokenKind.End => "the end",
        CesqlTokenKind.Text => "a text",
        CesqlTokenKind.Digits => "a number",
        CesqlTokenKind.Word when Value.Length > 40 => "a long word",
        _ => $"'{Value}'",
    };
}
