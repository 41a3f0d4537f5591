using System.Globalization;

using FnMesh.Node.Storage;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether the clock and the identities that nodes keep fit each other.</summary>
internal static class ClockCheck
{
    private const string Check = "identities";

    public static IEnumerable<Finding> Look(Patient patient, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var all = StoredIdentity.Below(Path.Combine(patient.Data, "nodes")).ToArray();
        var ahead = Array.FindAll(all, identity => identity.NotBefore > now);
        var ended = Array.FindAll(all, identity => identity.NotAfter <= now);
        if (ahead.Length > 0)
            yield return Finding.Fail(Check, $"{ahead[0].File} is good from {Text(ahead[0].NotBefore)}, and it is {Text(now)}: the clock was set back", $"set the clock, or end the mesh and remove '{Path.Combine(patient.Data, "control")}' and '{Path.Combine(patient.Data, "nodes")}'; the next start makes new ones");
        else if (patient.Up is { } up && up.Started > now)
            yield return Finding.Warn(Check, $"'up' says that it started at {Text(up.Started)}, and it is {Text(now)}: the clock was set back", "set the clock, then start 'fnmesh up' again");
        if (ended.Length > 0 && patient.Pid is not null)
            yield return Finding.Warn(Check, $"{Name(patient, ended[0])} ended {Text(ended[0].NotAfter)}{(ended.Length > 1 ? $", and {ended.Length - 1} more" : "")}; what runs renews its own at half its life", "look at 'fnmesh nodes'; if that node is there, start 'fnmesh up' again");
        else if (ahead.Length == 0)
            yield return Finding.Ok(Check, all.Length == 0 ? "none kept yet" : ended.Length == all.Length ? "all have ended; the next start gets new ones" : $"the first of those that are good ends {Text(all.Where(one => one.NotAfter > now).Min(one => one.NotAfter))}");
        yield return Finding.Ok("certificates", "the mesh makes its own; development certificates are not needed");
    }

    private static string Name(Patient patient, StoredIdentity identity) => Path.GetRelativePath(Path.Combine(patient.Data, "nodes"), Path.GetDirectoryName(identity.File)!);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
