using System.Text;
using FnMesh.Policy;

namespace FnMesh.Control.Editing;

/// <summary>A policy file as it was read, and its replacement as a whole: a reader sees the old content or the new. What somebody else wrote meanwhile is kept, unless it came in the moment between the last look and the replacement.</summary>
/// <param name="path">The file; when it is a link, what it leads to is replaced.</param>
/// <param name="before">Its bytes as they were read.</param>
internal sealed class PolicyFileEdit(string path, byte[] before)
{
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PolicyFileEdit Open(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        return new PolicyFileEdit(target, File.ReadAllBytes(target));
    }

    /// <summary>Whether it held this text when it was read.</summary>
    public bool Holds(PolicySource source) => before.AsSpan(Mark).SequenceEqual(Encoding.UTF8.GetBytes(source.Text));

    /// <returns>False when the file is not what was read any more; then it stays as it is.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public bool TryReplace(string text)
    {
        // A name that begins with a dot is no policy file.
        var next = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Environment.ProcessId}.new");
        try
        {
            Write(next, text);
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(before)) return false;
            File.Move(next, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(next);
        }
    }

    /// <summary>Makes a file say something, be there or be gone.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="before">What was read of it; null when it was not there.</param>
    /// <param name="text">What it is to say; null: it is to be gone.</param>
    /// <returns>False when the file is not what was read any more; then it stays as it is.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static bool TryPut(string path, PolicySource? before, string? text)
    {
        if (before is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path)) return false;
            // What is half written is no policy file yet.
            var next = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Environment.ProcessId}.new");
            try
            {
                File.WriteAllText(next, text);
                File.Move(next, path);
                return true;
            }
            finally
            {
                File.Delete(next);
            }
        }

        if (!File.Exists(path)) return false;
        var edit = Open(path);
        if (!edit.Holds(before)) return false;
        if (text is not null) return edit.TryReplace(text);
        File.Delete(path);
        return true;
    }

    private int Mark => before.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;

    private void Write(string next, string text)
    {
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = File.GetUnixFileMode(path);
        using var file = new FileStream(next, options);
        // Creating takes the umask away from what the file had.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, options.UnixCreateMode!.Value);
        file.Write(before.AsSpan(0, Mark));
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
    }
}
