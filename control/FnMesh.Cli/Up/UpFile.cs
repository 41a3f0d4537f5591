using System.Text.Json;

namespace FnMesh.Cli.Up;

/// <summary>What a running <c>up</c> tells other commands: <c>.fnmesh/up.json</c> in its folder.</summary>
internal sealed record UpFile(int Pid, string Gateway, string Control, DateTimeOffset Started)
{
    private const int MaxParents = 64;

    public static string PathIn(string directory) => Path.Combine(directory, DataDirectory.DefaultName, "up.json");

    /// <summary>The nearest one in a folder or its parents, with its path; null when there is none that can be read.</summary>
    public static (string Path, UpFile File)? Find(string directory)
    {
        var folder = new DirectoryInfo(directory);
        for (var depth = 0; folder is not null && depth < MaxParents; depth++, folder = folder.Parent)
        {
            var path = PathIn(folder.FullName);
            if (Read(path) is { } found)
                return (path, found);
        }

        return null;
    }

    public static UpFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), UpJson.Default.UpFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Nobody ever reads half of it.</summary>
    public void Write(string path)
    {
        var next = $"{path}.{Pid}.tmp";
        File.WriteAllBytes(next, [.. JsonSerializer.SerializeToUtf8Bytes(this, UpJson.Default.UpFile), (byte)'\n']);
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Removes the file if it still tells of this <c>up</c>.</summary>
    public void Remove(string path)
    {
        if (Read(path) == this)
            File.Delete(path);
    }
}
