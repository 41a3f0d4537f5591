using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Projects;

namespace FnMesh.Shim.Revisions;

/// <summary>
/// What runs, and what shall run. Used by one loop only, so nothing here is locked. Replicas that are no longer wanted leave the table at once and
/// are handed to <c>leave</c>, which lets them finish and stops them.
/// </summary>
/// <param name="builds">Builds projects.</param>
/// <param name="scene">What the replicas share.</param>
/// <param name="leave">Takes a replica that has left the table.</param>
/// <param name="swapped">Told of a revision whose change has taken the place of what ran before, once the table says so.</param>
internal sealed class RevisionTable(ProjectBuild builds, ReplicaScene scene, Action<Replica> leave, Action<RunningRevision> swapped)
{
    private Dictionary<(string App, string Revision), RunningRevision> _revisions = [];
    private List<RunningRevision> _order = [];

    public EndpointSnapshot Endpoints { get; private set; } = EndpointSnapshot.Empty;

    /// <summary>Whether every revision that was applied serves with all its replicas, or has a failure.</summary>
    public bool IsSettled => _order.TrueForAll(revision => (revision.Next is null && revision.Current.IsReady) || revision.Newest.Failure is not null);

    public IEnumerable<RevisionFailure> Failures => _order.Select(revision => revision.Failure).OfType<RevisionFailure>();

    /// <summary>Starts what is new, lets go of what is gone, and replaces what changed how it runs.</summary>
    public void Apply(IReadOnlyList<AppEntry> apps)
    {
        var batch = builds.NewBatch();
        var applied = new Dictionary<(string App, string Revision), RunningRevision>();
        foreach (var (app, entry) in apps.SelectMany(app => app.Revisions.Select(entry => (app.Name, entry))))
        {
            var key = (app, entry.Name);
            if (_revisions.Remove(key, out var running))
            {
                Change(running, entry, batch);
            }
            else
            {
                running = new RunningRevision(app, Start(app, entry, batch, takesPlace: false));
            }

            applied.Add(key, running);
        }

        batch.Start();
        Leave(_revisions.Values.SelectMany(gone => gone.Current.Replicas.Concat(gone.Next?.Replicas ?? [])));
        _revisions = applied;
        _order = [.. applied.Values];
    }

    /// <summary>Builds a project again whose files were saved.</summary>
    /// <returns>Null when no revision runs it.</returns>
    public Task<BuiltProject>? Rebuild(string project)
    {
        if (!RunningFrom(project).Any()) return null;
        var batch = builds.NewBatch();
        var built = batch.Add(project);
        batch.Start();
        return built;
    }

    /// <summary>Lets the revisions of a project run what was built anew, if it differs from what they run.</summary>
    public void Swap(string project, BuiltProject built)
    {
        foreach (var revision in RunningFrom(project))
        {
            if (built.Failure is { } failure)
                Say(revision, $"{failure}\nthe change does not build; what ran before goes on");
            else if (built.Stamp == revision.Newest.Stamp && revision.Newest.Failure is null)
                Say(revision, "built again; its output is as before", isError: false);
            else
                Leave(revision.Replace(Start(revision.App, revision.Newest.Entry, Task.FromResult(built), takesPlace: true)));
        }
    }

    public void Accept(ReplicaReport report)
    {
        var (replica, endpoint, failure) = report;
        if (failure is not null && _order.Find(revision => revision.Newest.Replicas.Contains(replica)) is { } revision && revision.Newest.Failure != failure)
        {
            Say(revision, revision.Next is null ? failure : failure + "\nthe change does not start; what ran before goes on serving");
        }

        replica.Endpoint = endpoint;
        replica.Failure = endpoint is null ? failure ?? replica.Failure : null;
    }

    /// <summary>Swaps in what has become ready.</summary>
    /// <returns>Whether <see cref="Endpoints"/> changed.</returns>
    public bool Refresh()
    {
        Leave(_order.SelectMany(revision => revision.Advance()));
        foreach (var revision in _order.Where(revision => revision.Current.TookPlace())) swapped(revision);
        var now = new EndpointSnapshot([.. _order.Select(revision => revision.Endpoints)]);
        if (now.Revisions.Length == Endpoints.Revisions.Length && now.Revisions.Zip(Endpoints.Revisions).All(pair => IsSame(pair.First, pair.Second)))
        {
            return false;
        }

        Endpoints = now;
        return true;
    }

    private void Change(RunningRevision running, RevisionEntry entry, BuildBatch batch)
    {
        if (RunIdentity.IsSame(running.Newest.Entry, entry) && !(entry.Run.Project is not null && running.Newest.Failure is not null))
        {
            Leave(running.Newest.Scale(entry));
        }
        else if (running.Next is not null && entry.Run.Project is null && RunIdentity.IsSame(running.Current.Entry, entry))
        {
            Leave(running.KeepCurrent());
            Leave(running.Current.Scale(entry));
        }
        else
        {
            Leave(running.Replace(Start(running.App, entry, batch, takesPlace: true)));
        }
    }

    private Generation Start(string app, RevisionEntry entry, BuildBatch batch, bool takesPlace) =>
        Start(app, entry, ProjectOf(entry) is { } project ? batch.Add(project) : null, takesPlace);

    private Generation Start(string app, RevisionEntry entry, Task<BuiltProject>? project, bool takesPlace) =>
        new(entry, project, () => Replica.Start(app, entry, project, takesPlace, scene), isChange: takesPlace);

    private static string? ProjectOf(RevisionEntry entry) => entry.Run.Project is { } path ? PathOf(path, entry.Run.Directory) : null;

    private IEnumerable<RunningRevision> RunningFrom(string project) => _order.Where(revision => ProjectOf(revision.Newest.Entry) == project);

    /// <summary>No path holds U+0000; such a one is handed on as it is, and not found.</summary>
    private static string PathOf(string project, string directory) =>
        project.Contains('\0') ? project : Path.GetFullPath(project, Path.GetFullPath(directory));

    private void Say(RunningRevision revision, string text, bool isError = true)
    {
        foreach (var line in text.Split('\n'))
        {
            scene.Lines.Add(new ProcessLine(revision.App, revision.Newest.Entry.Name, isError, line));
        }
    }

    private void Leave(IEnumerable<Replica> replicas)
    {
        foreach (var replica in replicas.ToArray())
        {
            leave(replica);
        }
    }

    private static bool IsSame(RevisionEndpoints one, RevisionEndpoints other) =>
        one.App == other.App && one.Revision == other.Revision && one.WasReady == other.WasReady && one.Endpoints.AsSpan().SequenceEqual(other.Endpoints.AsSpan());
}
