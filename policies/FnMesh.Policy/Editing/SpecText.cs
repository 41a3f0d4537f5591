using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Editing;

/// <summary>The <c>spec</c> of a resource as it stands in the text of its file, and what is added to it in the style that it has there.</summary>
internal static class SpecText
{
    /// <param name="source">The file, without a byte order mark.</param>
    /// <param name="kind">The resource's kind.</param>
    /// <param name="name">Its qualified name.</param>
    /// <param name="fault">Why there is none; null when there is.</param>
    /// <returns>The resource's <c>spec</c>, not empty; null when the file is no YAML or does not hold it.</returns>
    public static YamlMap? Find(PolicySource source, string kind, string name, out string? fault)
    {
        var diagnostics = new DiagnosticBag();
        var documents = YamlReader.Read(source, diagnostics);
        var spec = documents.Select(static document => document.Root as YamlMap).FirstOrDefault(root => Is(root, kind, name))?.Find("spec")?.Value as YamlMap;
        fault = diagnostics.HasErrors ? $"{diagnostics.InOrder()[0]}" : spec is { Entries.Length: > 0 } ? null : $"{source.Path} holds no {kind} {Quoted.Text(name)} any more";
        return fault is null ? spec : null;
    }

    public static string? ScalarOf(YamlMap? map, string key) => map?.Find(key)?.Value is YamlScalar scalar ? scalar.Text : null;

    /// <summary>A field that a spec lacks, behind its last one.</summary>
    /// <param name="text">The file.</param>
    /// <param name="spec">Not empty.</param>
    /// <param name="flow">The field as it is written in brackets.</param>
    /// <param name="lines">The field as it is written on lines of its own, without the indent of the spec.</param>
    public static (int Start, int End, string Text) Add(string text, YamlMap spec, string flow, string[] lines)
    {
        var last = spec.Entries[^1].Value;
        if (spec.IsFlow) return (last.End, last.End, $", {flow}");
        var indent = spec.Entries[0].Origin.Column - 1;
        if (!EndsInBlockText(last)) return Lines(text, last.End, indent, lines);

        // Where such a text ends is hard to see; what begins the spec is not.
        var first = spec.Start;
        return (first, first, string.Concat(lines.Select(line => line + LineEnd(text) + new string(' ', indent))));

        bool EndsInBlockText(YamlNode node) => node switch
        {
            YamlMap { IsFlow: false, Entries.Length: > 0 } map => EndsInBlockText(map.Entries[^1].Value),
            YamlList { IsFlow: false, Items.Length: > 0 } list => EndsInBlockText(list.Items[^1]),
            YamlScalar scalar => BehindTag(text.AsSpan(scalar.Start)) is ['|' or '>', ..],
            _ => false,
        };
    }

    /// <summary>Lines of their own behind the line in which something ends, and behind the comment in it.</summary>
    public static (int Start, int End, string Text) Lines(string text, int end, int indent, IEnumerable<string> lines)
    {
        var line = text.AsSpan(end).IndexOfAny('\r', '\n');
        var at = line < 0 ? text.Length : end + line;
        return (at, at, string.Concat(lines.Select(line => LineEnd(text) + new string(' ', indent) + line)));
    }

    /// <summary>That of the first line.</summary>
    private static string LineEnd(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end && text[end] == '\r' ? text.AsSpan(end) is ['\r', '\n', ..] ? "\r\n" : "\r" : "\n";

    private static ReadOnlySpan<char> BehindTag(ReadOnlySpan<char> scalar)
    {
        if (scalar is not ['!', ..]) return scalar;
        var end = scalar.IndexOfAny(" \t\r\n");
        return end < 0 ? [] : scalar[end..].TrimStart();
    }

    private static bool Is(YamlMap? root, string kind, string name) =>
        ScalarOf(root, "kind") == kind && root!.Find("metadata")?.Value is YamlMap metadata
        && ScalarOf(metadata, "name") == QualifiedName.NameOf(name) && (ScalarOf(metadata, "namespace") ?? QualifiedName.Default) == QualifiedName.NamespaceOf(name);
}
