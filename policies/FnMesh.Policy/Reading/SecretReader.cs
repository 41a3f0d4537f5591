using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads where secrets are: the text of a policy never holds one.</summary>
internal static class SecretReader
{
    private const int MostKeys = 8;

    public static ImmutableArray<SecretEntry> ReadAll(FieldReader owner, string field)
    {
        var list = owner.FilledList(field, required: true);
        SecretEntry[] all = [.. owner.Maps(list, field).Select(Read).OfType<SecretEntry>()];
        if (all.Length > MostKeys) owner.Error(DiagnosticCodes.OutOfRange, all[MostKeys].Origin, $"'{field}' holds at most {MostKeys}; remove keys that nobody checks any more");
        return [.. all];
    }

    public static SecretEntry? Read(FieldReader secret)
    {
        var file = secret.Text("fromFile");
        var variable = secret.Text("fromEnv");
        secret.Close();
        secret.ExactlyOne("fromFile", "fromEnv");
        if (secret.Has("fromFile") == secret.Has("fromEnv"))
        {
            secret.Error(DiagnosticCodes.ExclusiveFields, secret.Origin, $"'{secret.Name}' needs exactly one of 'fromFile' and 'fromEnv'");
            return null;
        }

        if (file is { } path && (path.Value.Length == 0 || path.Value.Any(char.IsControl)))
        {
            secret.Error(DiagnosticCodes.InvalidValue, path.Origin, $"{Quoted.Text(path.Value)} cannot be the path of a file");
            return null;
        }

        if (variable is { } name && (name.Value.Length == 0 || name.Value.Contains('=', StringComparison.Ordinal) || name.Value.Any(char.IsControl)))
        {
            secret.Error(DiagnosticCodes.InvalidName, name.Origin, $"{Quoted.Text(name.Value)} cannot be the name of an environment variable");
            return null;
        }

        return file is null && variable is null ? null : new SecretEntry(file?.Value, variable?.Value, secret.Origin.Folder, secret.Origin);
    }
}
