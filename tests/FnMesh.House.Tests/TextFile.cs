namespace FnMesh.House.Tests;

/// <param name="Path">From the root, with forward slashes.</param>
/// <param name="Text">The content.</param>
internal sealed record TextFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public IEnumerable<string> Lines => Text.Split('\n').Select(line => line.TrimEnd('\r'));

    /// <summary>Whether the file is part of what users get: neither a test, a sample nor a benchmark.</summary>
    public bool IsProduct => !Path.StartsWith("tests/", StringComparison.Ordinal) &&
        !Path.StartsWith("samples/", StringComparison.Ordinal) && !Path.StartsWith("bench/", StringComparison.Ordinal);
}
