using FnMesh.Node.Members;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Projects;

/// <summary>Builds the projects of revisions, all that are wanted at the same time in one run of MSBuild, and none at all when nothing changed; runs follow one another.</summary>
internal sealed class ProjectBuild(SupervisorOptions options, ProgramCopies copies, ProjectWatch watch, LineQueue lines, TimeProvider time, CancellationToken stopping)
{
    private readonly string _folder = FolderOf(options);
    private readonly Lock _lock = new();
    private List<BuildBatch> _waiting = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Where everything about builds is kept.</summary>
    public static string FolderOf(SupervisorOptions options) => Path.Combine(Path.GetFullPath(options.DataDirectory), "build");

    public BuildBatch NewBatch() => new(this);

    /// <summary>Called by the supervisor's loop alone.</summary>
    public void Enqueue(BuildBatch batch)
    {
        lock (_lock)
        {
            _waiting.Add(batch);
            if (_waiting.Count == 1)
            {
                var before = _running;
                _running = Task.Run(async () =>
                {
                    await before;
                    await RunAsync();
                });
            }
        }
    }

    /// <summary>Completes when nothing is being built; called when no more is enqueued.</summary>
    public Task WhenIdleAsync() => _running;

    /// <summary>Builds for all batches that wait, in one run: however often the policy changes while a build runs, one more follows it.</summary>
    private async Task RunAsync()
    {
        BuildBatch[] batches;
        lock (_lock)
        {
            batches = [.. _waiting];
            _waiting = [];
        }

        var wanted = batches.SelectMany(batch => batch.Wanted).ToLookup(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        try
        {
            var built = await BuildAsync([.. wanted.Select(project => project.Key)]);
            foreach (var project in wanted)
            {
                foreach (var result in project)
                {
                    result.SetResult(built[project.Key]);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Who waits for a project is told to stop as well.
        }
        catch (Exception error)
        {
            // Whatever it is, it concerns these projects alone.
            foreach (var result in wanted.SelectMany(project => project))
            {
                result.TrySetResult(new BuiltProject(null, $"cannot build: {error.Message}"));
            }
        }
    }

    private async Task<Dictionary<string, BuiltProject>> BuildAsync(string[] projects)
    {
        stopping.ThrowIfCancellationRequested();
        if (DotnetHost.Find() is not { } host)
        {
            return projects.ToDictionary(project => project, _ => new BuiltProject(null, "cannot build: no .NET SDK found; install it, or set DOTNET_ROOT to its folder"));
        }

        Directory.CreateDirectory(_folder);
        var records = new BuildRecords(_folder);
        var built = new Dictionary<string, BuiltProject>(StringComparer.Ordinal);
        var stale = new Dictionary<string, string?>(StringComparer.Ordinal);
        var held = new Dictionary<string, BuildRecord?>(StringComparer.Ordinal);
        var sdks = DotnetHost.Sdks(host).ToArray();
        var files = new Dictionary<string, (string File, string? Fingerprint)>(StringComparer.Ordinal);
        foreach (var project in projects)
        {
            if (!ProjectFile.TryFind(project, out var file, out var failure))
            {
                built[project] = new BuiltProject(null, failure);
                continue;
            }

            var fingerprint = ProjectFingerprint.Of(file, sdks);
            files[project] = (file, fingerprint);
            var record = records.Read(file);
            if (fingerprint is not null && record?.Holds(fingerprint) == true)
            {
                built[project] = new BuiltProject(record.Assembly, null);
            }
            else
            {
                (stale[file], held[file]) = (fingerprint, record);
            }
        }

        // However this process ends meanwhile, the next start does not take what it finds for built.
        foreach (var (file, fingerprint) in stale) if (fingerprint is not null) records.Write(file, BuildRecord.Begun);
        var results = stale.Count > 0 ? await RunMsBuildAsync(host, [.. stale.Keys], [.. held.Where(known => known.Value is { IsOutrun: true }).Select(known => known.Key)]) : [];
        foreach (var (file, result) in results)
        {
            if (stale[file] is not { } fingerprint) continue;
            var after = ProjectFingerprint.Of(file, sdks);
            if (result.Assembly is { } assembly) records.Write(file, BuildRecord.Of(fingerprint, after, assembly));
            // Nothing was saved while it failed, so MSBuild may go on from what is there.
            else if (fingerprint == after) records.Write(file, held[file]);
        }

        foreach (var (project, (file, fingerprint)) in files)
        {
            built.TryAdd(project, results.GetValueOrDefault(file) ?? new BuiltProject(null, "cannot build: MSBuild said nothing of it"));
            if (!options.Watch) continue;
            watch.Built(project, file, sdks, fingerprint);
            if (built[project] is { Assembly: { } assembly } good) built[project] = good with { Stamp = ProgramCopies.StampOf(assembly) };
        }

        return built;
    }

    private Task<Dictionary<string, BuiltProject>> RunMsBuildAsync(string host, string[] projects, IReadOnlyCollection<string> outrun) =>
        copies.ExcludeAsync(() => new BuildRun(host, _folder, options.BuildTimeout, lines, time).BuildAsync(projects, outrun, stopping), stopping);
}
