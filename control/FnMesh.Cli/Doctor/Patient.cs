using FnMesh.Cli.Up;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Doctor;

/// <summary>The folder that is looked at, and the <c>up</c> that may run there.</summary>
/// <param name="Folder">Absolute.</param>
/// <param name="Data">Its data directory.</param>
/// <param name="UpPath">The up.json that was found; null for none.</param>
/// <param name="Up">What it says.</param>
/// <param name="Pid">The process that holds the data directory now; null for none.</param>
internal sealed record Patient(string Folder, string Data, string? UpPath, UpFile? Up, int? Pid)
{
    public static Patient Of(string folder)
    {
        var (path, up) = UpFile.Find(folder) is { } found ? (found.Path, found.File) : (null, (UpFile?)null);
        var data = up?.Data ?? Path.Combine(folder, DataDirectory.DefaultName);
        return new Patient(folder, data, path, up, DataDirectory.HolderOf(data));
    }
}
