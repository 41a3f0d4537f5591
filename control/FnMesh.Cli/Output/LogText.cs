using System.Text.RegularExpressions;

namespace FnMesh.Cli.Output;

/// <summary>What functions say, so that it may be coloured and can do nothing else to the terminal.</summary>
internal static partial class LogText
{
    /// <summary>Tabs and colours stay; every other control character becomes visible.</summary>
    public static string Safe(string line) => Harmless().Replace(line, part => part.Groups["plain"] is { Success: true, Value: var plain } ? TextTable.Visible(plain) : part.Value);

    [GeneratedRegex(@"\e\[[0-9;]*m|\t|(?<plain>(?:(?!\e\[[0-9;]*m|\t)[\s\S])+)")]
    private static partial Regex Harmless();
}
