using System.Globalization;

namespace FnMesh.Policy.Cesql;

/// <summary>A String, an Integer or a Boolean; nothing at all as the default (CESQL 1.0, 3.1).</summary>
public readonly struct CesqlValue : IEquatable<CesqlValue>
{
    private readonly string? _text;
    private readonly int _number;

    private CesqlValue(CesqlType type, string? text, int number) => (Type, _text, _number) = (type, text, number);

    /// <summary><see cref="CesqlType.Any"/> where there is no value.</summary>
    public CesqlType Type { get; }

    internal bool IsMissing => Type == CesqlType.Any;

    internal string Text => _text!;

    internal int Number => _number;

    internal bool Flag => _number != 0;

    public static CesqlValue Of(string text) => new(CesqlType.String, text, 0);

    public static CesqlValue Of(int number) => new(CesqlType.Integer, null, number);

    public static CesqlValue Of(bool flag) => new(CesqlType.Boolean, null, flag ? 1 : 0);

    /// <summary>The empty text, 0 or false; false also where the type is not known (CESQL 1.0, 3.2).</summary>
    internal static CesqlValue Zero(CesqlType type) => type switch
    {
        CesqlType.String => Of(""),
        CesqlType.Integer => Of(0),
        _ => Of(false),
    };

    public static bool operator ==(CesqlValue left, CesqlValue right) => left.Equals(right);

    public static bool operator !=(CesqlValue left, CesqlValue right) => !left.Equals(right);

    public bool Equals(CesqlValue other) => Type == other.Type && _number == other._number && _text == other._text;

    public override bool Equals(object? obj) => obj is CesqlValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Type, _number, _text);

    /// <summary>As a cast to String gives it.</summary>
    public override string ToString() => Type switch
    {
        CesqlType.String => Text,
        CesqlType.Integer => Number.ToString(CultureInfo.InvariantCulture),
        CesqlType.Boolean => Flag ? "true" : "false",
        _ => "",
    };
}
