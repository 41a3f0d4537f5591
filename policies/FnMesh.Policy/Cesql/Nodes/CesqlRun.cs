namespace FnMesh.Policy.Cesql.Nodes;

/// <summary>One evaluation: where attributes are, what went wrong so far, and how much text it may still handle.</summary>
internal struct CesqlRun(object source, CesqlLookup lookup)
{
    private int _left = CesqlExpression.MaxCharacters;

    public CesqlErrors Errors { get; private set; } = CesqlErrors.None;

    public readonly bool HasFailed => Errors != CesqlErrors.None;

    public readonly CesqlValue Find(string name) => lookup(source, name);

    public void Fail(CesqlErrors errors) => Errors |= errors;

    /// <summary>False, with an error, where so many characters are too many for what is left.</summary>
    public bool Spend(long characters)
    {
        if (characters <= _left)
        {
            _left -= (int)characters;
            return true;
        }

        _left = 0;
        Errors |= CesqlErrors.Generic;
        return false;
    }

    /// <summary>A value as a String; every value has one.</summary>
    public static string ToText(CesqlValue value) => value.ToString();

    public int ToInteger(CesqlValue value)
    {
        if (value.Type != CesqlType.String) return value.Number;
        if (!Spend(value.Text.Length)) return 0;
        if (!CesqlText.TryInteger(value.Text, out var number)) Fail(CesqlErrors.Cast);
        return number;
    }

    public bool ToBoolean(CesqlValue value)
    {
        if (value.Type != CesqlType.String) return value.Flag;
        if (!CesqlText.TryBoolean(value.Text, out var flag)) Fail(CesqlErrors.Cast);
        return flag;
    }

    /// <summary>A value as what a parameter must be.</summary>
    public CesqlValue To(CesqlType type, CesqlValue value) => type switch
    {
        CesqlType.String when value.Type != CesqlType.String => CesqlValue.Of(ToText(value)),
        CesqlType.Integer when value.Type != CesqlType.Integer => CesqlValue.Of(ToInteger(value)),
        _ => value,
    };

    /// <summary>Whether values are equal once the one is cast to the type of the other, which leads; false where it cannot be cast.</summary>
    public bool AreEqual(CesqlValue cast, CesqlValue leading)
    {
        switch (leading.Type)
        {
            case CesqlType.String:
                var text = ToText(cast);
                return Spend(Math.Min(text.Length, leading.Text.Length)) && text == leading.Text;
            case CesqlType.Integer:
                return ToInteger(cast) == leading.Number && !HasFailed;
            default:
                return ToBoolean(cast) == leading.Flag && !HasFailed;
        }
    }
}
