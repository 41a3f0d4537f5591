using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FnMesh.Shim.Projects;

/// <summary>The build records of one mesh, one file for each project.</summary>
internal sealed class BuildRecords(string folder)
{
    public BuildRecord? Read(string project)
    {
        try
        {
            var path = PathOf(project);
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), BuildRecordJson.Default.BuildRecord) ?? BuildRecord.Begun : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return BuildRecord.Begun; // It tells that there was a build, and not of what: the project is built from nothing.
        }
    }

    /// <param name="project">The project file.</param>
    /// <param name="record">Null for none.</param>
    public void Write(string project, BuildRecord? record)
    {
        var path = PathOf(project);
        if (record is null)
        {
            File.Delete(path);
            return;
        }

        var draft = path + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(record, BuildRecordJson.Default.BuildRecord));
        File.Move(draft, path, overwrite: true);
    }

    private string PathOf(string project)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)).AsSpan(0, 6));
        return Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(project)}-{hash}.json");
    }
}
