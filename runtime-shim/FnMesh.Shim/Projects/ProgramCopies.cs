namespace FnMesh.Shim.Projects;

/// <summary>
/// Copies of built programs to run from, one for each process: MSBuild writes over its output in place, and what a process has mapped must not
/// change under it.
/// </summary>
/// <param name="folder">Where they go; what lies there from a run before is removed at the first use.</param>
internal sealed class ProgramCopies(string folder) : IDisposable
{
    private const int MaxFiles = 20_000;
    private readonly SemaphoreSlim _output = new(1);
    private bool _isSwept;
    private int _made;

    /// <summary>Runs what writes outputs, while nothing is copied from them.</summary>
    public async Task<T> ExcludeAsync<T>(Func<Task<T>> write, CancellationToken cancel)
    {
        await _output.WaitAsync(cancel);
        try
        {
            return await write();
        }
        finally
        {
            _output.Release();
        }
    }

    /// <summary>Copies the folder of an assembly.</summary>
    /// <returns>The assembly in the copy, to be given to <see cref="Remove"/> when its process has ended.</returns>
    /// <exception cref="IOException">The disk is full, or a file cannot be read.</exception>
    public Task<string> TakeAsync(string assembly, CancellationToken cancel) => ExcludeAsync(
        () =>
        {
            Sweep();
            var source = Path.GetDirectoryName(assembly)!;
            var target = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(assembly)}-{++_made}");
            foreach (var file in Files(source))
            {
                cancel.ThrowIfCancellationRequested();
                var copy = Path.Combine(target, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            return Task.FromResult(Path.Combine(target, Path.GetFileName(assembly)));
        },
        cancel);

    /// <summary>What cannot be removed now is removed by the next start.</summary>
    public static void Remove(string copy)
    {
        try
        {
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Equal for two builds that wrote nothing new beside the assembly.</summary>
    /// <exception cref="IOException">A file is gone or cannot be read.</exception>
    public static string StampOf(string assembly) => FileStamps.Hash([], Files(Path.GetDirectoryName(assembly)!).Order(StringComparer.Ordinal));

    public void Dispose() => _output.Dispose();

    private static string[] Files(string source)
    {
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Take(MaxFiles + 1).ToArray();
        return files.Length <= MaxFiles ? files : throw new IOException($"'{source}' holds more than {MaxFiles} files, too many to run from a copy; start with --no-watch");
    }

    private void Sweep()
    {
        if (!_isSwept && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        _isSwept = true;
    }
}
