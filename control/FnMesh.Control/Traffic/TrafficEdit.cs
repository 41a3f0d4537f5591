using System.Collections.Immutable;
using FnMesh.Policy;
using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Traffic;

/// <summary>A new split, on its way into the file that holds the app.</summary>
internal sealed record TrafficEdit
{
    /// <summary>Why nothing was written, in a sentence; null when that is not so.</summary>
    public string? Conflict { get; private init; }

    /// <summary>What is wrong with the policy as it would be; empty when nothing is.</summary>
    public ImmutableArray<Diagnostic> Faults { get; private init; } = [];

    /// <summary>Whether the file says something else now.</summary>
    public bool Changed { get; private init; }

    /// <summary>Reads the folder, changes the text, compiles all of it, and only then writes the file.</summary>
    /// <param name="folder">Where the policy lies.</param>
    /// <param name="compile">Compiles files.</param>
    /// <param name="app">The app as it is live.</param>
    /// <param name="shares">Revisions of the app; they add up to 100.</param>
    public static TrafficEdit Make(PolicyFolder folder, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile, AppEntry app, IReadOnlyList<TrafficShare> shares)
    {
        if (!folder.IsWritten) return new TrafficEdit { Conflict = "this mesh has no policy files into which the split could be written; 'fnmesh init' writes them" };
        var file = app.Origin.File;
        var reading = folder.Read();
        if (reading.Torn is { } torn) return new TrafficEdit { Conflict = torn };
        if (reading.Sources.FirstOrDefault(source => source.Path == file) is not { } source) return Moved(file);
        try
        {
            var edit = PolicyFileEdit.Open(file);
            if (!edit.Holds(source)) return Moved(file);
            if (TrafficText.Rewrite(source, app.Name, shares, out var fault) is not { } text) return new TrafficEdit { Conflict = fault };
            var compiled = PolicyFolder.Join(reading, compile([.. reading.Sources.Select(other => other == source ? source with { Text = text } : other)]));
            if (compiled.Snapshot is not { } snapshot) return new TrafficEdit { Faults = [.. compiled.Diagnostics.Where(found => found.Severity == Severity.Error)] };
            if (!Holds(snapshot.Apps.FirstOrDefault(one => one.Name == app.Name)?.Traffic ?? [], shares)) return new TrafficEdit { Conflict = $"{app.Origin}: the split cannot be changed in the form it has there; change it by hand" };
            if (text == source.Text) return new TrafficEdit();
            return edit.TryReplace(text) ? new TrafficEdit { Changed = true } : Moved(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new TrafficEdit { Conflict = $"{file} cannot be changed: {failure.Message}" };
        }
    }

    /// <summary>Whether a split is as it is wanted; a revision with no share may be left out.</summary>
    public static bool Holds(ImmutableArray<TrafficShare> split, IEnumerable<TrafficShare> wanted) =>
        split.Where(share => share.Percent > 0).ToHashSet().SetEquals(wanted.Where(share => share.Percent > 0));

    private static TrafficEdit Moved(string file) => new() { Conflict = $"{file} was changed or moved by somebody else meanwhile; nothing was written. Try again" };
}
