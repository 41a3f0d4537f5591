using System.Text.RegularExpressions;

namespace FnMesh.Cli.Commands;

/// <summary>A path from a route template and values for its parameters.</summary>
internal static partial class RoutePath
{
    /// <param name="template">Such as <c>orders/{id:int}/{*rest}</c>.</param>
    /// <param name="values">By the names of parameters; what the template does not name becomes the query.</param>
    /// <returns>One of the two is null; the other names what is missing.</returns>
    public static (string? Path, string? Fault) Fill(string template, IReadOnlyDictionary<string, string> values)
    {
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        string? missing = null;
        var path = Parameter().Replace(template, parameter =>
        {
            var (name, rest) = (parameter.Groups["name"].Value, parameter.Groups["rest"].Value);
            named.Add(name);
            if (values.TryGetValue(name, out var value)) return parameter.Groups["before"].Value + Escape(value, parameter.Groups["all"].Length > 0);
            if (rest.EndsWith('?') || rest.Contains('=', StringComparison.Ordinal) || parameter.Groups["all"].Length > 0) return "";
            missing ??= name;
            return "";
        });
        if (missing is not null) return (null, $"the route '/{template}' needs --param {missing}=VALUE");
        var query = string.Join('&', values.Where(value => !named.Contains(value.Key)).Select(value => $"{Uri.EscapeDataString(value.Key)}={Uri.EscapeDataString(value.Value)}"));
        return ($"/{path.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal).TrimStart('/')}{(query.Length > 0 ? "?" : "")}{query}", null);
    }

    private static string Escape(string value, bool all) => all ? string.Join('/', value.Split('/').Select(Uri.EscapeDataString)) : Uri.EscapeDataString(value);

    [GeneratedRegex(@"(?<before>/?)(?<!\{)\{(?<all>\*{0,2})(?<name>\w+)(?<rest>(?:[^{}]|\{\{|\}\})*)\}")]
    private static partial Regex Parameter();
}
