using FnMesh.Node.Members;

namespace FnMesh.Cli.Up;

/// <summary>What the folder of an <c>up</c> tells of it, in <c>.fnmesh/up.json</c>. The start of the mesh and edits of its policy write it, from threads of their own.</summary>
/// <param name="up">The mesh.</param>
/// <param name="path">The file.</param>
internal sealed class FolderEntry(UpFile up, string path)
{
    private readonly Lock _writing = new();

    /// <param name="apps">What may be started by hand.</param>
    /// <returns>Why it is not written; null when it is.</returns>
    public string? Write(UpProject[] apps)
    {
        lock (_writing)
        {
            try
            {
                (up with { Apps = apps }).Write(path);
                return null;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return $"'{path}' cannot be written: {failure.Message}";
            }
        }
    }

    public void Remove()
    {
        lock (_writing) up.Remove(path);
    }
}
