using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class RunReader
{
    private static readonly string[] Ways = ["project", "command", "azureFunctions", "url"];

    public static RunEntry? Read(FieldReader run)
    {
        var url = run.Text("url");
        var project = run.Text("project");
        var command = ReadCommand(run);
        var azureFunctions = run.Text("azureFunctions");
        run.Close();
        run.ExactlyOne(Ways);
        var written = Ways.Where(run.Has).ToArray();
        if (written.Length != 1)
            run.Error(DiagnosticCodes.ExclusiveFields, run.Origin,
                $"'run' needs exactly one of 'project', 'command', 'azureFunctions' and 'url'; it has {(written.Length == 0 ? "none" : Quoted.List(written))}");
        if (url is { } address && (!Names.IsHttpAddress(address.Value) || address.Value.Contains('?', StringComparison.Ordinal)))
            run.Error(DiagnosticCodes.InvalidValue, address.Origin,
                $"field 'url' must be an absolute http or https address without user, query and fragment, not {Quoted.Text(address.Value)}");
        if (url is null && project is null && azureFunctions is null && command.IsEmpty) return null;
        return new RunEntry { Url = url?.Value, Project = project?.Value, ProjectPlace = project?.Origin, Command = command, AzureFunctions = azureFunctions?.Value, Directory = run.Origin.Folder };
    }

    private static ImmutableArray<string> ReadCommand(FieldReader run)
    {
        if (run.FilledList("command") is not { } list) return [];
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var item in list.Value)
        {
            if (ValueReader.AnyScalar(item, "command", run.Diagnostics) is { } word) words.Add(word.Value);
        }

        if (words.Count > 0 && words[0].Length == 0)
            run.Error(DiagnosticCodes.InvalidValue, list.Origin, "the first word of 'command' is the program and must not be empty");
        return words.ToImmutable();
    }
}
