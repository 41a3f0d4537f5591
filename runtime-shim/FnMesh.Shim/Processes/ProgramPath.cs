namespace FnMesh.Shim.Processes;

/// <summary>Finds the file that a program's name stands for.</summary>
internal static class ProgramPath
{
    /// <summary>
    /// A name without a separator is looked for on <paramref name="searchPath"/>; anything else is a path relative to <paramref name="directory"/>.
    /// </summary>
    /// <param name="program">As written.</param>
    /// <param name="directory">The working directory, absolute.</param>
    /// <param name="searchPath">The value of PATH that the program will have.</param>
    /// <param name="failure">What to mend, when there is no such program.</param>
    /// <returns>An absolute path, or null.</returns>
    public static string? Find(string program, string directory, string? searchPath, out string failure)
    {
        failure = "";
        if (program.AsSpan().IndexOfAny('/', Path.DirectorySeparatorChar) >= 0)
        {
            var path = Path.GetFullPath(program, directory);
            var found = Names(path).FirstOrDefault(IsProgram);
            failure = found is not null ? ""
                : File.Exists(path) ? $"cannot start '{program}': '{path}' is not executable; set its run bit (chmod +x)"
                : Directory.Exists(path) ? $"cannot start '{program}': '{path}' is a folder; name a program in it"
                : $"cannot start '{program}': there is no file '{path}'; relative paths start at {directory}";
            return found;
        }

        var folders = (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var onPath = folders.Select(folder => Path.Combine(Path.GetFullPath(folder, directory), program)).SelectMany(Names).FirstOrDefault(IsProgram);
        if (onPath is null)
        {
            failure = $"cannot start '{program}': not found on PATH; install it, or write a path that begins with ./ (from {directory})";
        }

        return onPath;
    }

    private static string[] Names(string path) => OperatingSystem.IsWindows() ? [path, path + ".exe", path + ".cmd", path + ".bat"] : [path];

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
