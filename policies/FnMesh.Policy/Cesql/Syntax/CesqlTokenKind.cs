namespace FnMesh.Policy.Cesql;

/// <summary>What a piece of an expression is.</summary>
internal enum CesqlTokenKind
{
    End,
    Open,
    Close,
    Comma,
    Text,
    Digits,

    /// <summary>A keyword, an attribute or a function.</summary>
    Word,

    /// <summary>An operator of signs, such as <c>&lt;=</c>.</summary>
    Sign,
}
