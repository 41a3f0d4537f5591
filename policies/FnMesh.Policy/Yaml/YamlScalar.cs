using System.Globalization;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Yaml;

/// <summary>A single value, typed as in JSON: only what is plain and looks like one is a number, a flag or null.</summary>
internal sealed record YamlScalar(Origin Origin, string Text, YamlScalarKind Kind) : YamlNode(Origin)
{
    public override string Description => Kind switch
    {
        YamlScalarKind.Null => "nothing",
        YamlScalarKind.Flag => $"the boolean {Text}",
        YamlScalarKind.Whole or YamlScalarKind.Fraction => $"the number {Text}",
        _ => $"the string {Quoted.Text(Text)}",
    };

    public static YamlScalarKind KindOf(string plain)
    {
        if (plain is "" or "~" or "null" or "Null" or "NULL") return YamlScalarKind.Null;
        if (plain is "true" or "false" or "True" or "False" or "TRUE" or "FALSE") return YamlScalarKind.Flag;
        if (plain.Length > 32) return YamlScalarKind.Text;
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) return YamlScalarKind.Whole;
        const NumberStyles Fraction = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return char.IsAsciiDigit(plain[^1]) && double.TryParse(plain, Fraction, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? YamlScalarKind.Fraction
            : YamlScalarKind.Text;
    }
}
