using System.Text.Json;
using FnMesh.Node.Storage;

namespace FnMesh.Node.Members;

/// <summary>What a running <c>fnmesh up</c> tells other processes of the user: <c>.fnmesh/up.json</c> in its folder.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Gateway">The edge.</param>
/// <param name="Mesh">The gateway's mesh listener.</param>
/// <param name="Control">The control API.</param>
/// <param name="Node">Control's node port.</param>
/// <param name="Data">The mesh's data directory, absolute.</param>
/// <param name="Apps">What it starts.</param>
/// <param name="Started">When it was ready.</param>
public sealed record UpFile(int Pid, string Gateway, string Mesh, string Control, string Node, string Data, UpProject[] Apps, DateTimeOffset Started)
{
    /// <summary>The folder of everything that is private to a mesh on this machine.</summary>
    public const string FolderName = ".fnmesh";

    private const int MaxParents = 64;

    public static string PathIn(string directory) => Path.Combine(directory, FolderName, "up.json");

    /// <summary>The file of the join token of the gateway or the person in a data directory.</summary>
    /// <param name="data">As <see cref="Data"/>.</param>
    /// <param name="name"><c>gateway</c> or <c>user</c>.</param>
    public static string TokenIn(string data, string name) => Path.Combine(data, "tokens", $"{name}.token");

    /// <summary>Where apps that were started by hand keep their keys while they run.</summary>
    /// <param name="data">As <see cref="Data"/>.</param>
    public static string ByHandIn(string data) => Path.Combine(data, "nodes", "by-hand");

    /// <summary>The file of an app's join token: apart from those, since an app may be called <c>user</c>.</summary>
    /// <param name="data">As <see cref="Data"/>.</param>
    /// <param name="app">The app's name.</param>
    public static string AppTokenIn(string data, string app) => Path.Combine(data, "tokens", "apps", $"{app}.token");

    /// <summary>The nearest one in a folder or its parents, with its path; null when there is none that can be read.</summary>
    public static (string Path, UpFile File)? Find(string directory)
    {
        var folder = new DirectoryInfo(directory);
        for (var depth = 0; folder is not null && depth < MaxParents; depth++, folder = folder.Parent)
        {
            var path = PathIn(folder.FullName);
            if (Read(path) is { } found) return (path, found);
        }

        return null;
    }

    public static UpFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), NodeJson.Default.UpFile);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Nobody ever reads half of it, and nobody but the user anything: it holds what policies give to processes.</summary>
    public void Write(string path)
    {
        var next = $"{path}.{Pid}.tmp";
        PrivateFile.Ensure(next);
        File.WriteAllBytes(next, [.. JsonSerializer.SerializeToUtf8Bytes(this, NodeJson.Default.UpFile), (byte)'\n']);
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Removes the file if it still tells of this <c>up</c>.</summary>
    public void Remove(string path)
    {
        if (Read(path) is { } there && there.Pid == Pid && there.Started == Started) File.Delete(path);
    }

    /// <summary>Which of its revisions a process that was started by hand is; null for none.</summary>
    /// <param name="revision">The name that it was given; null or empty where it is known by its folder.</param>
    /// <param name="directory">Where it was started, absolute.</param>
    public UpProject? Of(string? revision, string directory) => string.IsNullOrEmpty(revision) ? ProjectOf(directory) : Apps.FirstOrDefault(app => app.Revision == revision);

    /// <summary>The revision whose project lies in a folder or above it; of several the nearest; null for none.</summary>
    /// <param name="directory">Where a process was started, absolute.</param>
    private UpProject? ProjectOf(string directory) => Apps
        .Where(app => app.Folder.Length > 0 && IsIn(directory, app.Folder))
        .MaxBy(app => app.Folder.Length);

    private static bool IsIn(string directory, string folder) =>
        directory == folder || directory.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
