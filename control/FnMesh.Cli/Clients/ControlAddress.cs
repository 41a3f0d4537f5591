using FnMesh.Node.Members;

namespace FnMesh.Cli.Clients;

/// <summary>Where the control service is, and how that is known.</summary>
/// <param name="Control">The control service.</param>
/// <param name="Up">The <c>up</c> of this or a parent folder, when it is its control service.</param>
/// <param name="Source">What to name when nobody answers there.</param>
internal sealed record ControlAddress(Uri Control, UpFile? Up, string Source)
{
    public const string Variable = "FNMESH_CONTROL";

    /// <summary>Where it is looked for when nothing tells where it is.</summary>
    public static ControlAddress Fallback { get; } = new(new Uri("http://127.0.0.1:7070"), null, "the default, as no 'up' runs in this folder or above; name another with --control");

    /// <summary>The option, else the environment, else the <c>up</c> of this or a parent folder, else port 7070; null when what is written is no address.</summary>
    public static ControlAddress? Find(string? option, Terminal terminal)
    {
        if (option is not null)
            return Parse(option, "--control");
        if (terminal.Variable(Variable) is { Length: > 0 } variable)
            return Parse(variable, Variable);
        if (UpFile.Find(terminal.CurrentDirectory) is var (path, up) && Parse(up.Control, path) is { } found)
            return found with { Up = up };
        return Fallback;
    }

    /// <summary>What to say when what is written is no address.</summary>
    public static string NoUrl(string? option, Terminal terminal) =>
        $"the address of the control service ({(option is null ? Variable : "--control")}) is not an http or https URL: {option ?? terminal.Variable(Variable)}";

    private static ControlAddress? Parse(string text, string source) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? new ControlAddress(uri, null, source)
            : null;
}
