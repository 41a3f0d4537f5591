using System.Collections.Immutable;
using FnMesh.Control.Folders;
using FnMesh.Control.Projects;
using FnMesh.Policy;

namespace FnMesh.Control;

/// <summary>A folder of policy files (<c>**/*.yaml</c>, <c>**/*.yml</c>; names that begin with a dot are left out and linked folders refused), or one such file.</summary>
/// <remarks>Not safe for use by several threads at once: load, then watch.</remarks>
public sealed class PolicyFolder
{
    private static readonly TimeSpan RescanEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RemovalGrace = TimeSpan.FromMilliseconds(400);
    private const int MaxQuietRounds = 5;
    private const int TornBeforeReport = 3;
    private const int LoadAttempts = 5;

    private readonly TimeProvider _time;
    private readonly IPolicyReader _reader;
    private readonly string? _watched;
    private FolderReading _last = new();
    private ImmutableArray<string> _lacking = [];
    private int _torn;
    private int _stale;
    private volatile FolderBell? _bell;

    /// <param name="path">The folder or file; diagnostics name files in the same form: absolute when it is, else relative to the current directory.</param>
    /// <param name="time">The clock of the watch.</param>
    public PolicyFolder(string path, TimeProvider time)
    {
        _time = time;
        Path = Shown(path);
        _reader = new FolderReader(Path);
        _watched = Path;
    }

    /// <summary>No bell: below a folder of sources something changes all the time, and hardly ever an app; the regular look finds it.</summary>
    private PolicyFolder(string directory, IReadOnlyList<PolicySource> defaults, TimeProvider time)
    {
        _time = time;
        Path = Shown(directory);
        FindsProjects = true;
        _reader = new AppReader(Path, [.. defaults]);
    }

    /// <summary>The folder as diagnostics name it.</summary>
    public string Path { get; }

    /// <summary>Whether every <c>run.project</c> must be there: where it is this machine that builds and runs them.</summary>
    public bool FindsProjects { get; init; }

    /// <summary>Whether there are policy files: what projects stand for cannot be edited.</summary>
    internal bool IsWritten => _watched is not null;

    /// <summary>Compiles what the files say; by default that alone.</summary>
    internal Func<IReadOnlyList<PolicySource>, PolicyCompilation> Compiler { get; set; } = PolicyCompiler.Compile;

    /// <summary>A folder without policy files: each project below it that references FnMesh.Functions is an app.</summary>
    /// <param name="directory">The folder, in the form in which diagnostics name what is in it.</param>
    /// <param name="defaults">What the mesh starts with.</param>
    /// <param name="time">The clock of the watch.</param>
    public static PolicyFolder OfApps(string directory, IReadOnlyList<PolicySource> defaults, TimeProvider time) => new(directory, defaults, time);

    /// <summary>Makes a watch compile again although no file changed, because something else did that counts. May be called from any thread.</summary>
    public void Invalidate()
    {
        Volatile.Write(ref _stale, 1);
        _bell?.Ring();
    }

    /// <summary>Reads and compiles what is there now. Whatever cannot be read is a diagnostic.</summary>
    public PolicyCompilation Load()
    {
        var reading = Read();
        return reading.Torn is { } reason ? Unreadable(reason) : Compile(reading);
    }

    /// <summary>The files as they are now, with what is wrong with those that cannot be read; nothing is compiled.</summary>
    public (ImmutableArray<PolicySource> Sources, ImmutableArray<Diagnostic> Faults) ReadSources()
    {
        var reading = Read();
        return reading.Torn is { } reason ? ([], Unreadable(reason).Diagnostics) : (reading.Sources, [.. reading.Diagnostics.Where(found => found.Severity == Severity.Error)]);
    }

    /// <summary>What is there now, read as often as it takes to be whole, within a bound; from any thread.</summary>
    internal FolderReading Read()
    {
        var reading = _reader.Read();
        for (var attempt = 1; attempt < LoadAttempts && reading.Torn is not null; attempt++) reading = _reader.Read();
        return reading;
    }

    /// <summary>What would come of a reading; from any thread.</summary>
    internal static PolicyCompilation Join(FolderReading reading, PolicyCompilation compilation) => compilation with
    {
        Snapshot = reading.Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error) ? null : compilation.Snapshot,
        Diagnostics = reading.Diagnostics.AddRange(compilation.Diagnostics),
    };

    /// <summary>
    /// Calls <paramref name="changed"/> with every change of content, one call at a time, always with the newest state; changes during a call are seen after it.
    /// A state in which the folder cannot be read whole is not passed on, unless it lasts: then once, as an error. Ends by cancellation only.
    /// </summary>
    /// <param name="changed">Told what is new.</param>
    /// <param name="cancel">Ends the watch.</param>
    /// <param name="files">False to leave edits alone and answer <see cref="Invalidate"/> only.</param>
    public async Task WatchAsync(Func<PolicyCompilation, CancellationToken, ValueTask> changed, CancellationToken cancel, bool files = true)
    {
        using var bell = new FolderBell(files ? _watched : null, _time);
        _bell = bell;
        bell.Arm();
        var rang = true; // what happened between loading and now
        while (true)
        {
            if (files && _lacking.Any(RunProjects.IsThere)) Invalidate();
            if (rang || Volatile.Read(ref _stale) != 0 || (files && StampsDiffer()))
            {
                for (var round = 0; round < MaxQuietRounds && await bell.WaitAsync(Quiet, cancel); round++)
                {
                    // Still being written.
                }

                if (Accept(files ? await ReadAsync(cancel) : _last) is { } compilation)
                    await changed(compilation, cancel);
            }

            rang = await bell.WaitAsync(RescanEvery, cancel);
        }
    }

    /// <summary>One look: what is new, or null.</summary>
    internal PolicyCompilation? Look() => Accept(_reader.Read());

    private static string Shown(string path) => System.IO.Path.IsPathRooted(path)
        ? System.IO.Path.GetFullPath(path)
        : System.IO.Path.GetRelativePath(Environment.CurrentDirectory, System.IO.Path.GetFullPath(path));

    private async ValueTask<FolderReading> ReadAsync(CancellationToken cancel)
    {
        var reading = _reader.Read();
        if (reading.Torn is not null || !reading.LacksSomethingOf(_last))
            return reading;
        await Task.Delay(RemovalGrace, _time, cancel);
        return _reader.Read();
    }

    private bool StampsDiffer() => _torn > 0 || _reader.Scan() is not { } stamps || !stamps.AsSpan().SequenceEqual(_last.Stamps.AsSpan());

    private PolicyCompilation? Accept(FolderReading reading)
    {
        if (reading.Torn is not null)
            return ++_torn == TornBeforeReport ? Unreadable(reading.Torn) : null;

        var lasted = _torn >= TornBeforeReport;
        _torn = 0;
        var stale = Interlocked.Exchange(ref _stale, 0) != 0;
        if (reading.Content == _last.Content && !lasted && !stale)
        {
            _last = reading;
            return null;
        }

        return Compile(reading);
    }

    private PolicyCompilation Compile(FolderReading reading)
    {
        _last = reading;
        var compilation = Join(reading, Compiler(reading.Sources));
        if (!FindsProjects) return compilation;
        compilation = compilation with { Diagnostics = compilation.Diagnostics.AddRange(NestedProjects.Warnings(compilation.Projects)) };
        var missing = RunProjects.Missing(compilation.Projects);
        _lacking = [.. missing.Select(one => one.Path)];
        return missing.IsEmpty ? compilation : compilation with { Snapshot = null, Diagnostics = compilation.Diagnostics.AddRange(missing.Select(one => one.Fault)) };
    }

    private PolicyCompilation Unreadable(string reason) => new(null, [PolicyFileErrors.FolderUnreadable(Path, reason)], []);
}
