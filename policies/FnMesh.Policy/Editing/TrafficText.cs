using System.Globalization;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Editing;

/// <summary>Changes the <c>traffic</c> of a FunctionApp in the text of its file, and not one character besides.</summary>
public static class TrafficText
{
    private const string Field = "traffic";

    /// <summary>
    /// Percents that are written are replaced where they stand; revisions that get a share for the first time are added behind the others.
    /// Those that are not named get 0. Whether the outcome is good policy is for the compiler to say.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <param name="app">The app's qualified name.</param>
    /// <param name="shares">At least one, of revisions by their qualified names; no revision twice.</param>
    /// <param name="fault">Why it cannot be done; null when it is.</param>
    /// <returns>The file's new text; null when it cannot be done.</returns>
    public static string? Rewrite(PolicySource source, string app, IReadOnlyList<TrafficShare> shares, out string? fault)
    {
        if (SpecText.Find(source, "FunctionApp", app, out fault) is not { } spec) return null;
        shares = [.. shares.Select(share => share with { Revision = QualifiedName.NameOf(share.Revision) })];

        var edits = new List<(int Start, int End, string Text)>();
        if (spec.Find(Field)?.Value is not { } traffic || traffic is YamlScalar { Kind: YamlScalarKind.Null })
        {
            if (spec.Find(Field) is { } empty) return Refuse($"{empty.Origin}: 'traffic' has no value; remove the line, or give it a list", out fault);
            edits.Add(SpecText.Add(source.Text, spec, $"{Field}: [ {string.Join(", ", shares.Select(Item))} ]", [$"{Field}:", .. shares.Select(share => $"  - {Item(share)}")]));
        }
        else if (Change(source.Text, traffic, shares, edits) is { } reason)
        {
            return Refuse(reason, out fault);
        }

        fault = null;
        var text = source.Text;
        foreach (var (start, end, replacement) in edits.OrderByDescending(edit => edit.Start)) text = string.Concat(text.AsSpan(0, start), replacement, text.AsSpan(end));
        return text;
    }

    private static string? Refuse(string why, out string? fault)
    {
        fault = why;
        return null;
    }

    /// <returns>Null, or why the list is not one that can be changed.</returns>
    private static string? Change(string text, YamlNode traffic, IReadOnlyList<TrafficShare> shares, List<(int Start, int End, string Text)> edits)
    {
        if (traffic is YamlList { Items.Length: 0 })
        {
            // Before the bracket that closes it: between the two may be a comment.
            var close = traffic.End - 1;
            edits.Add((close, close, $"{(char.IsWhiteSpace(text[close - 1]) ? "" : " ")}{string.Join(", ", shares.Select(Item))} "));
            return null;
        }

        if (traffic is not YamlList list) return $"{traffic.Origin}: 'traffic' is {traffic.Description}, not a list of shares";
        var left = shares.ToDictionary(share => share.Revision, share => share.Percent, StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (item is not YamlMap share || SpecText.ScalarOf(share, "revisionName") is not { } revision || share.Find("percent")?.Value is not YamlScalar { Kind: YamlScalarKind.Whole } percent)
                return $"{item.Origin}: this share has no 'revisionName' with a 'percent'";
            var wanted = left.Remove(revision, out var named) ? named : 0;
            if (percent.Text != Number(wanted)) edits.Add((percent.Start, percent.End, Number(wanted)));
        }

        TrafficShare[] added = [.. shares.Where(share => left.ContainsKey(share.Revision))];
        if (added.Length == 0) return null;
        if (list.IsFlow) edits.Add((list.Items[^1].End, list.Items[^1].End, string.Concat(added.Select(share => $", {Item(share)}"))));
        else edits.Add(SpecText.Lines(text, list.Items[^1].End, list.Origin.Column - 1, added.Select(share => $"- {Item(share)}")));
        return null;
    }

    private static string Item(TrafficShare share) => $"{{ revisionName: {Plain(share.Revision)}, percent: {Number(share.Percent)} }}";

    private static string Plain(string name) => YamlScalar.KindOf(name) == YamlScalarKind.Text ? name : $"\"{name}\"";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
