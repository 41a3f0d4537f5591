using System.Collections.Frozen;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Cli.Init;

/// <summary>What a policy runs already.</summary>
internal sealed class Running
{
    private readonly FrozenSet<string> _projects;
    private readonly FrozenDictionary<string, string> _names;

    private Running(IEnumerable<string> projects, IEnumerable<(string Name, string Owner)> names)
    {
        _projects = projects.ToFrozenSet(StringComparer.Ordinal);
        _names = names.ToLookup(name => name.Name, name => name.Owner, StringComparer.Ordinal).ToFrozenDictionary(name => name.Key, name => name.First(), StringComparer.Ordinal);
    }

    public static Running None { get; } = new([], []);

    public bool HasApps => _names.Count > 0;

    public static Running Of(PolicySnapshot policy) => new(
        from app in policy.Apps
        from revision in app.Revisions
        where revision.Run.Project is not null
        select Path.TrimEndingDirectorySeparator(Path.GetFullPath(revision.Run.Project!, Path.GetFullPath(revision.Run.Directory))),
        policy.Apps.SelectMany(app => app.Revisions.Select(revision => (revision.Name, $"revision {revision.Name} of {app.Name} ({revision.Origin})")).Prepend((app.Name, $"FunctionApp {app.Name} ({app.Origin})"))));

    /// <summary>By its file, or by its folder.</summary>
    public bool Runs(string file) => _projects.Contains(Path.GetFullPath(file)) || _projects.Contains(Path.GetDirectoryName(Path.GetFullPath(file))!);

    /// <summary>What has one of these names; null when they are free.</summary>
    public string? OwnerOf(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_names.TryGetValue(name, out var owner)) return owner;
        }

        return null;
    }
}
