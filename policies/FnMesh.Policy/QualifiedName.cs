namespace FnMesh.Policy;

/// <summary>
/// The one text by which things of a namespace are named everywhere but in policy files: the bare name in <c>default</c>, else <c>name.namespace</c>.
/// Names and namespaces are DNS labels, which hold no dot; the text of an app is the host by which members call it.
/// </summary>
public static class QualifiedName
{
    /// <summary>The namespace of what names none.</summary>
    public const string Default = "default";

    private const string InDefault = "." + Default;

    /// <param name="ns">A DNS label.</param>
    /// <param name="name">A DNS label.</param>
    public static string Of(string ns, string name) => ns == Default ? name : $"{name}.{ns}";

    /// <summary>The name within its namespace.</summary>
    public static string NameOf(string qualified)
    {
        ArgumentNullException.ThrowIfNull(qualified);
        var dot = qualified.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? qualified : qualified[..dot];
    }

    /// <summary>The namespace; <c>default</c> for a bare name.</summary>
    public static string NamespaceOf(string qualified)
    {
        ArgumentNullException.ThrowIfNull(qualified);
        var dot = qualified.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Default : qualified[(dot + 1)..];
    }

    /// <summary>What a person wrote, as it is kept: <c>name.default</c> is the bare name, and a bare name belongs to the person's namespace.</summary>
    /// <param name="written">A name, alone or with its namespace.</param>
    /// <param name="ns">The namespace of bare names.</param>
    public static string Read(string written, string ns = Default)
    {
        ArgumentNullException.ThrowIfNull(written);
        return written.EndsWith(InDefault, StringComparison.OrdinalIgnoreCase) ? written[..^InDefault.Length]
            : written.Contains('.', StringComparison.Ordinal) ? written
            : Of(ns, written);
    }

    /// <summary>Whether a text can be the name of a namespace.</summary>
    public static bool IsNamespace(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Reading.Names.IsLabel(text);
    }
}
