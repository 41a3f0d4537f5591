using System.Diagnostics.CodeAnalysis;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Node.Members;

/// <summary>Reads what a revision's <c>env</c> names, on this machine and at the moment of the start.</summary>
public static class RevisionEnvironment
{
    private const int MaxFileBytes = 128 * 1024;

    /// <param name="entries">As compiled.</param>
    /// <param name="directory">Where relative files start, absolute.</param>
    /// <param name="variables">Where the values go, over what is there.</param>
    /// <param name="where">Where the variables are to be set that it takes over, for people: <c>where fnmesh is started</c>.</param>
    /// <param name="failure">Names the variable and the mend.</param>
    public static bool TryAdd(
        IEnumerable<EnvironmentEntry> entries, string directory, IDictionary<string, string> variables, string where, [NotNullWhen(false)] out string? failure)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(variables);
        foreach (var entry in entries)
        {
            failure = VariableName.IsValid(entry.Name) ? null : "is no name of an environment variable; use letters, digits and _";
            if (failure is null && Read(entry, directory, where, out failure) is { } value)
            {
                variables[entry.Name] = value;
            }
            else
            {
                failure = $"env {entry.Name}: {failure}";
                return false;
            }
        }

        failure = null;
        return true;
    }

    private static string? Read(EnvironmentEntry entry, string directory, string where, out string? failure)
    {
        failure = null;
        if (entry.FromFile is { } file)
        {
            failure = file.Contains('\0') ? "fromFile holds the character U+0000; remove it" : null;
            return failure is null ? ReadFile(Path.GetFullPath(file, directory), out failure) : null;
        }

        if (entry.FromEnv is { } name)
        {
            var value = Environment.GetEnvironmentVariable(name);
            failure = value is null ? $"the variable {name} is not set; set it {where}" : null;
            return value;
        }

        return entry.Value ?? "";
    }

    private static string? ReadFile(string path, out string? failure)
    {
        failure = null;
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MaxFileBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MaxFileBytes)
            {
                var text = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
                return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            }

            failure = $"the file '{path}' is longer than 128 KiB";
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            failure = $"the file '{path}' does not exist";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = $"the file '{path}' cannot be read: {error.Message}";
        }

        return null;
    }
}
