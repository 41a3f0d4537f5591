using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.Projects;

namespace FnMesh.Shim.Revisions;

/// <summary>The processes of one way to run a revision; when that way changes, the next generation replaces this one.</summary>
internal sealed class Generation
{
    private readonly Func<Replica> _start;
    private readonly Task<BuiltProject>? _project;
    private readonly Uri? _address;
    private bool _isUntold;

    /// <param name="entry">How it runs.</param>
    /// <param name="project">The build that it runs, when it is a project.</param>
    /// <param name="start">Starts one more replica; never called when somebody else runs it.</param>
    /// <param name="isChange">Whether it takes the place of another.</param>
    public Generation(RevisionEntry entry, Task<BuiltProject>? project, Func<Replica> start, bool isChange)
    {
        Entry = entry;
        _isUntold = isChange;
        _project = project;
        _start = start;
        _address = entry.Run.Url is { } url ? new Uri(url.TrimEnd('/')) : null;
        Scale(entry);
    }

    public RevisionEntry Entry { get; private set; }

    /// <summary>That of its build, once there is one.</summary>
    public string? Stamp => _project is { IsCompletedSuccessfully: true } built ? built.Result.Stamp : null;

    public List<Replica> Replicas { get; } = [];

    public bool IsReady => _address is not null || Replicas.TrueForAll(replica => replica.Endpoint is not null);

    /// <summary>Why it cannot start, once it is known.</summary>
    public string? Failure => Replicas.Find(replica => replica.Failure is not null)?.Failure;

    public ImmutableArray<Uri> Endpoints =>
        _address is not null ? [_address] : [.. Replicas.Where(replica => replica.Endpoint is not null).Select(replica => replica.Endpoint!)];

    /// <summary>Whether it is a change that serves for the first time; true once.</summary>
    public bool TookPlace()
    {
        if (!_isUntold || !IsReady) return false;
        _isUntold = false;
        return true;
    }

    /// <summary>Starts or gives up replicas until there are as many as the entry says.</summary>
    /// <returns>Those that have left and are still to be stopped.</returns>
    public IReadOnlyList<Replica> Scale(RevisionEntry entry)
    {
        Entry = entry;
        var wanted = _address is null ? entry.Replicas : 0;
        while (Replicas.Count < wanted)
        {
            Replicas.Add(_start());
        }

        var left = Replicas[wanted..];
        Replicas.RemoveRange(wanted, left.Count);
        return left;
    }
}
