using System.Text.RegularExpressions;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>The settings of an app: the environment that its worker gets. Names are compared without regard to case, and <c>:</c> stands for <c>__</c>.</summary>
/// <param name="variables">Set for the worker.</param>
/// <param name="inherited">Reads what the worker inherits besides; null for none.</param>
internal sealed partial class AppSettings(IEnumerable<KeyValuePair<string, string>> variables, Func<string, string?> inherited)
{
    private readonly Dictionary<string, string> _variables = variables.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.OrdinalIgnoreCase);

    /// <returns>Null when it has none.</returns>
    public string? Find(string name)
    {
        var variable = name.Replace(":", "__", StringComparison.Ordinal);
        return _variables.TryGetValue(variable, out var value) ? value : inherited(variable);
    }

    /// <summary>Puts the values of settings in place of <c>%NAME%</c>.</summary>
    /// <param name="text">As written.</param>
    /// <param name="missing">The first setting that has no value; null when all have one.</param>
    public string Expand(string text, out string? missing)
    {
        string? lacking = null;
        var expanded = Name().Replace(text, match =>
        {
            if (Find(match.Groups[1].Value) is { } value) return value;
            lacking ??= match.Groups[1].Value;
            return match.Value;
        });
        missing = lacking;
        return expanded;
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Name();
}
