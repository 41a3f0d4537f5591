using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace FnMesh.Functions.Hosting;

/// <summary>Settings in attributes: %NAME% stands for the value of NAME.</summary>
internal static partial class Settings
{
    /// <exception cref="AppStartException">A setting has no value.</exception>
    public static string Expand(string text, IConfiguration settings, string function) => Name().Replace(text, match =>
        settings[match.Groups[1].Value] ?? throw new AppStartException(
            $"{function}: the setting {match.Groups[1].Value} in '{text}' has no value; set it in the app's environment or in Values of local.settings.json."));

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Name();
}
