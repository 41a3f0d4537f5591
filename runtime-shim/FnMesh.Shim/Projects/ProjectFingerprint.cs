using System.Security.Cryptography;
using System.Text;

namespace FnMesh.Shim.Projects;

/// <summary>A hash of the names, lengths and times of all inputs of a build: equal fingerprints, equal outputs.</summary>
internal static class ProjectFingerprint
{
    /// <param name="project">A project file, absolute.</param>
    /// <param name="sdks">The SDKs that may build it.</param>
    /// <returns>Null when the inputs cannot all be known, so that the project must be built.</returns>
    public static string? Of(string project, IEnumerable<string> sdks)
    {
        try
        {
            var inputs = ProjectInputs.Of(project);
            if (!inputs.IsComplete)
            {
                return null;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var line in sdks.Concat(inputs.Files.Select(Describe)))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(line));
                hash.AppendData("\n"u8);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Describe(string path)
    {
        var file = new FileInfo(path);
        return $"{path}|{file.Length}|{file.LastWriteTimeUtc.Ticks}";
    }
}
