using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Editing;

/// <summary>Changes <c>paused</c> of a Subscription in the text of its file, and not one character besides.</summary>
public static class PauseText
{
    private const string Field = "paused";

    /// <summary>Whether the outcome is good policy is for the compiler to say.</summary>
    /// <param name="source">The file.</param>
    /// <param name="subscription">Its qualified name.</param>
    /// <param name="paused">What is wanted.</param>
    /// <param name="fault">Why it cannot be done; null when it is.</param>
    /// <returns>The file's new text, the same when it says so already; null when it cannot be done.</returns>
    public static string? Rewrite(PolicySource source, string subscription, bool paused, out string? fault)
    {
        if (SpecText.Find(source, "Subscription", subscription, out fault) is not { } spec) return null;
        var written = paused ? "true" : "false";
        if (spec.Find(Field) is not { } entry) return paused ? With(source.Text, SpecText.Add(source.Text, spec, $"{Field}: {written}", [$"{Field}: {written}"])) : source.Text;
        if (entry.Value is YamlScalar scalar && scalar.Text is "true" or "false") return With(source.Text, (entry.Value.Start, entry.Value.End, written));
        fault = $"{entry.Origin}: '{Field}' is neither true nor false; change it by hand";
        return null;
    }

    private static string With(string text, (int Start, int End, string Text) edit) => string.Concat(text.AsSpan(0, edit.Start), edit.Text, text.AsSpan(edit.End));
}
