using System.Security.Cryptography;
using System.Text;

namespace FnMesh.Shim.Projects;

/// <summary>A hash over the names, lengths and times of files, and of lines that stand for something else.</summary>
internal static class FileStamps
{
    /// <param name="lines">Hashed first.</param>
    /// <param name="files">In a fixed order.</param>
    /// <exception cref="IOException">A file is gone or cannot be read.</exception>
    public static string Hash(IEnumerable<string> lines, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in lines.Concat(files.Select(Describe)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Describe(string path)
    {
        var file = new FileInfo(path);
        return $"{path}|{file.Length}|{file.LastWriteTimeUtc.Ticks}";
    }
}
