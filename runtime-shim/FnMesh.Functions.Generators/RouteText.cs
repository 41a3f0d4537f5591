namespace FnMesh.Functions.Generators;

/// <summary>Reads route templates far enough to know their parameters.</summary>
internal static class RouteText
{
    /// <summary>The fault in a template, or null; and the names of its parameters.</summary>
    /// <param name="route">Without a slash at its start; with settings filled in by something.</param>
    /// <param name="isEdge">Whether callers from outside are meant.</param>
    /// <param name="names">In their order.</param>
    public static string? Read(string route, bool isEdge, out List<string> names)
    {
        names = [];
        var first = route.Split('/')[0];
        if (first.Equals("_fnmesh", StringComparison.OrdinalIgnoreCase) || (isEdge && route.Equals("events", StringComparison.OrdinalIgnoreCase)))
        {
            return $"'/{first}' belongs to the mesh";
        }

        var text = route.Replace("{{", "").Replace("}}", "");
        if (text.IndexOf('?') is var question and >= 0 && (question == 0 || text.IndexOf('}', question) != question + 1))
        {
            return "a question mark stands only at the end of a parameter";
        }

        if (text.StartsWith("~", StringComparison.Ordinal) || text.Contains("//"))
        {
            return "it has an empty segment, or begins with ~";
        }

        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '}')
            {
                return "a brace is closed that was not opened";
            }

            if (text[at] != '{')
            {
                if (text[at] is <= ' ' or >= '\u007f' or '#' or '\\' or '%' or '"' or '<' or '>' or '^' or '`' or '|')
                {
                    return $"'{text[at]}' does not stand in a path";
                }

                continue;
            }

            var end = text.IndexOf('}', at);
            var inner = end < 0 ? -1 : text.IndexOf('{', at + 1, end - at - 1);
            if (end < 0 || inner >= 0)
            {
                return "a brace is not closed";
            }

            var parameter = text.Substring(at + 1, end - at - 1);
            var name = parameter.TrimStart('*').Split(':', '=', '?')[0];
            if (name.Length == 0 || !name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-'))
            {
                return $"'{parameter}' names no parameter";
            }

            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                return $"the parameter '{name}' stands twice";
            }

            if (parameter[0] == '*' && end != text.Length - 1)
            {
                return $"'{parameter}' takes the rest of the path and must be last";
            }

            names.Add(name);
            at = end;
        }

        return null;
    }
}
