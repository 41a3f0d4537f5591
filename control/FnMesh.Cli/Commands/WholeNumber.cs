using System.CommandLine.Parsing;
using System.Globalization;

namespace FnMesh.Cli.Commands;

/// <summary>Reads the value of an option that is a number within bounds.</summary>
internal static class WholeNumber
{
    /// <returns>The number; <paramref name="min"/> with an error where there is none.</returns>
    public static int Read(ArgumentResult result, string option, int min, int max)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        result.AddError($"{option} is a whole number from {min} to {max}, not '{result.Tokens[0].Value}'");
        return min;
    }
}
