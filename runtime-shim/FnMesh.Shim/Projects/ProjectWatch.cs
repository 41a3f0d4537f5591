using System.Collections.Concurrent;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Projects;

/// <summary>
/// Tells when what a project is built from was saved. It looks at names, lengths and times again and again, which sees every editor, mount and
/// checkout alike, and takes at most a fiftieth of a core for it.
/// </summary>
/// <param name="changed">Called with a project as it was given to <see cref="Built"/>, once its files have been left alone for a moment; when it returns false, again later.</param>
/// <param name="lines">Where it says what it cannot do.</param>
/// <param name="time">The clock.</param>
internal sealed class ProjectWatch(Func<string, bool> changed, LineQueue lines, TimeProvider time)
{
    /// <summary>A build that changes its own inputs must not run for ever.</summary>
    private const int MaxInRow = 5;

    private const int ShareOfACore = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    private readonly ConcurrentDictionary<string, Watched> _projects = new(StringComparer.Ordinal);

    /// <param name="project">A folder or a project file, absolute.</param>
    /// <param name="file">Its project file.</param>
    /// <param name="sdks">The SDKs that may build it.</param>
    /// <param name="fingerprint">Of its inputs before the build began; null when they cannot be known.</param>
    public void Built(string project, string file, string[] sdks, string? fingerprint)
    {
        if (fingerprint is null)
        {
            if (_projects.TryRemove(project, out _) || !File.Exists(file)) return;
            Say($"{file}: what it is built from is known to MSBuild alone, so it is not built again when a file is saved");
            return;
        }

        _projects.AddOrUpdate(project, _ => new Watched(file, sdks, fingerprint), (_, before) => before with { File = file, Sdks = sdks, Fingerprint = fingerprint, Seen = null });
    }

    /// <summary>Looks at a project no more.</summary>
    public void Forget(string project) => _projects.TryRemove(project, out _);

    /// <param name="isBuilding">While it does, nothing is looked at.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Func<bool> isBuilding, CancellationToken stopping)
    {
        var pause = Interval;
        while (true)
        {
            await Task.Delay(pause, time, stopping);
            var began = time.GetTimestamp();
            if (!isBuilding())
            {
                foreach (var (project, watched) in _projects) Look(project, watched);
            }

            var cost = time.GetElapsedTime(began) * ShareOfACore;
            pause = cost > Interval ? cost : Interval;
        }
    }

    private void Look(string project, Watched watched)
    {
        var now = ProjectFingerprint.Of(watched.File, watched.Sdks);
        if (now == watched.Fingerprint)
        {
            Update(watched with { Seen = null, InRow = 0 });
        }
        else if (now is null || now != watched.Seen)
        {
            Update(watched with { Seen = now });
        }
        else if (watched.InRow >= MaxInRow)
        {
            Say($"{watched.File}: each build changes a file that it is built from, so it is not built again until another is saved");
            Update(watched with { Fingerprint = now, Seen = null, InRow = 0 });
        }
        else if (changed(project))
        {
            Update(watched with { Fingerprint = now, Seen = null, InRow = watched.InRow + 1 });
        }

        void Update(Watched next) => _projects.TryUpdate(project, next, watched);
    }

    private void Say(string text) => lines.Add(new ProcessLine("fnmesh", "build", true, text));

    /// <param name="File">The project file.</param>
    /// <param name="Sdks">The SDKs that may build it.</param>
    /// <param name="Fingerprint">What was built last.</param>
    /// <param name="Seen">Another one, at the last look.</param>
    /// <param name="InRow">Builds without a quiet look between them.</param>
    private sealed record Watched(string File, string[] Sdks, string Fingerprint, string? Seen = null, int InRow = 0);
}
