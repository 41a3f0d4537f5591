using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Node.Storage;

/// <summary>What a process that was killed left of a file that it was about to replace: <c>NAME.PID.new</c>, which may hold a key.</summary>
internal static class Leftovers
{
    private const string End = ".new";

    private static readonly EnumerationOptions Options = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>Two clocks tell when a process began and when a file was written.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static string PathFor(string path) => $"{path}.{Environment.ProcessId}{End}";

    /// <summary>Removes those of which nobody lives who could finish them. One that cannot be removed is as private as it was, and holds nobody up.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="name">The file that was to be replaced; null for any.</param>
    public static void Remove(string folder, string? name = null)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + End, Options))
        {
            // Of one that was renamed just now the time is the first that a file can have.
            if (WriterOf(Path.GetFileName(path), name) is { } writer && File.GetLastWriteTimeUtc(path) is { Year: > 1601 } written && !MayFinish(writer, written)) Drop(path);
        }
    }

    private static void Drop(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // In a folder that others write to it may be theirs.
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
