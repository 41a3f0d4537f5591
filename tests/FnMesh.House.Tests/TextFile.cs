namespace FnMesh.House.Tests;

/// <param name="Path">From the root, with forward slashes.</param>
/// <param name="Text">The content.</param>
internal sealed record TextFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public IEnumerable<string> Lines => Text.Split('\n').Select(line => line.TrimEnd('\r'));

    /// <summary>Whether the file is part of what users get: neither a test, a benchmark nor what a user writes.</summary>
    public bool IsProduct => !IsUsers && !Path.StartsWith("tests/", StringComparison.Ordinal) && !Path.StartsWith("bench/", StringComparison.Ordinal);

    /// <summary>Whether the file is written as a user writes: it stands outside the house.</summary>
    public bool IsUsers => IsTemplate || Path.StartsWith("samples/", StringComparison.Ordinal);

    /// <summary>Whether the file becomes a user's: it is built where the template is used, not here.</summary>
    public bool IsTemplate => Path.StartsWith("runtime-shim/FnMesh.Templates/app/", StringComparison.Ordinal);
}
