using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Node.Storage;

/// <summary>What a process that was killed left of a file that it was about to replace: <c>NAME.PID.new</c>, which may hold a key.</summary>
internal static class Leftovers
{
    private const string End = ".new";

    /// <summary>Two clocks tell when a process began and when a file was written.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static string PathFor(string path) => $"{path}.{Environment.ProcessId}{End}";

    /// <summary>Removes those of which nobody lives who could finish them.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="name">The file that was to be replaced; null for any.</param>
    /// <exception cref="IOException">One cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be removed.</exception>
    public static void Remove(string folder, string? name = null)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + End))
        {
            if (WriterOf(Path.GetFileName(path), name) is { } writer && !MayFinish(writer, File.GetLastWriteTimeUtc(path))) File.Delete(path);
        }
    }

    /// <returns>Null when it is no file of ours.</returns>
    private static int? WriterOf(string file, string? name)
    {
        var stem = file[..^End.Length];
        var dot = stem.LastIndexOf('.');
        return dot > 0 && (name is null || stem[..dot] == name) && int.TryParse(stem.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    /// <summary>Whether the process that began the file lives; another may have its number by now.</summary>
    private static bool MayFinish(int writer, DateTime written)
    {
        try
        {
            using var process = Process.GetProcessById(writer);
            return process.StartTime.ToUniversalTime() <= written + Tolerance;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // It has ended just now.
            return false;
        }
        catch (Win32Exception)
        {
            // It is somebody else's, and cannot be asked.
            return true;
        }
    }
}
