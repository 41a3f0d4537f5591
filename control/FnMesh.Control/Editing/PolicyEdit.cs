using System.Collections.Immutable;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Editing;

/// <summary>A change of a resource, on its way into the file that holds it.</summary>
internal sealed record PolicyEdit
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
    /// <param name="resource">Where the resource stands.</param>
    /// <param name="what">What is changed, in a word.</param>
    /// <param name="rewrite">Gives the file's new text, or why there is none.</param>
    /// <param name="holds">Whether a policy has what is wanted.</param>
    public static PolicyEdit Make(
        PolicyFolder folder, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile, Origin resource, string what, Func<PolicySource, (string? Text, string? Fault)> rewrite, Func<PolicySnapshot, bool> holds)
    {
        if (!folder.IsWritten) return new PolicyEdit { Conflict = $"this mesh has no policy files into which the {what} could be written; 'fnmesh init' writes them" };
        if (resource.IsInCode) return new PolicyEdit { Conflict = $"it stands {resource}; write it into a policy file, where it takes the place of what the code says, and change it there" };
        var file = resource.File;
        var reading = folder.Read();
        if (reading.Torn is { } torn) return new PolicyEdit { Conflict = torn };
        if (reading.Sources.FirstOrDefault(source => source.Path == file) is not { } source) return Moved(file);
        try
        {
            var edit = PolicyFileEdit.Open(file);
            if (!edit.Holds(source)) return Moved(file);
            var (text, fault) = rewrite(source);
            if (text is null) return new PolicyEdit { Conflict = fault };
            var compiled = PolicyFolder.Join(reading, compile([.. reading.Sources.Select(other => other == source ? source with { Text = text } : other)]));
            if (compiled.Snapshot is not { } snapshot) return new PolicyEdit { Faults = [.. compiled.Diagnostics.Where(found => found.Severity == Severity.Error)] };
            if (!holds(snapshot)) return new PolicyEdit { Conflict = $"{resource}: the {what} cannot be changed in the form it has there; change it by hand" };
            if (text == source.Text) return new PolicyEdit();
            return edit.TryReplace(text) ? new PolicyEdit { Changed = true } : Moved(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new PolicyEdit { Conflict = $"{file} cannot be changed: {failure.Message}" };
        }
    }

    /// <summary>Writes, replaces or removes a file of its own: reads the folder, compiles all of it as it would be, and only then touches the file.</summary>
    /// <param name="folder">Where the policy lies.</param>
    /// <param name="compile">Compiles files.</param>
    /// <param name="file">The file, as the folder names it.</param>
    /// <param name="text">What it is to say; null: it is to be gone.</param>
    /// <param name="what">What is changed, in a word.</param>
    /// <param name="holds">Whether a policy has what is wanted.</param>
    public static PolicyEdit Put(PolicyFolder folder, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile, string file, string? text, string what, Func<PolicySnapshot, bool> holds)
    {
        if (!folder.IsWritten) return new PolicyEdit { Conflict = $"this mesh has no policy files beside which the {what} could be written; 'fnmesh init' writes them" };
        if (File.Exists(folder.Path)) return new PolicyEdit { Conflict = $"the policy is the file {folder.Path}, and the {what} needs a file of its own; start the mesh with a folder" };
        var reading = folder.Read();
        if (reading.Torn is { } torn) return new PolicyEdit { Conflict = torn };
        var before = reading.Sources.FirstOrDefault(source => source.Path == file);
        var others = reading.Sources.Where(source => source != before);
        var compiled = PolicyFolder.Join(reading, compile([.. (text is null ? others : others.Append(new PolicySource(file, text))).OrderBy(source => source.Path, StringComparer.Ordinal)]));
        if (compiled.Snapshot is not { } snapshot) return new PolicyEdit { Faults = [.. compiled.Diagnostics.Where(found => found.Severity == Severity.Error)] };
        if (!holds(snapshot)) return new PolicyEdit { Conflict = $"{file}: the {what} stands somewhere else too; change it there" };
        if (before?.Text == text) return new PolicyEdit();
        try
        {
            return PolicyFileEdit.TryPut(file, before, text) ? new PolicyEdit { Changed = true } : Moved(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new PolicyEdit { Conflict = $"{file} cannot be changed: {failure.Message}" };
        }
    }

    private static PolicyEdit Moved(string file) => new() { Conflict = $"{file} was changed or moved by somebody else meanwhile; nothing was written. Try again" };
}
