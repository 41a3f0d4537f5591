using FnMesh.Cli.Up;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether the ports that <c>up</c> takes are free; those of an <c>up</c> that runs here are its own.</summary>
internal static class PortCheck
{
    private const string Check = "ports";

    public static IEnumerable<Finding> Look(Patient patient)
    {
        if (patient is { Up: { } up, Pid: { } pid })
        {
            yield return Finding.Ok(Check, $"the 'up' of this folder (pid {pid}) has its own: {up.Gateway}, {up.Mesh}, {up.Control}, {up.Node}");
            yield break;
        }

        var (settings, fault) = EdgeSettings.Read(patient.Folder);
        var gateway = settings.Port;
        if (fault is not null) yield return Finding.Fail(Check, fault, "mend the file");
        var busy = false;
        foreach (var (name, port) in new[] { ("gateway", gateway ?? UpPorts.Gateway), ("mesh", UpPorts.Mesh), ("control", UpPorts.Control), ("node", UpPorts.Node) })
        {
            if (!PortFault.IsBusy(port)) continue;
            busy = true;
            yield return Finding.Fail(Check, $"port {port} of the {name} is busy{(PortOwner.Find(port) is { } owner ? $": {owner} listens there" : "")}", $"stop it, or start 'fnmesh up' with --{name}-port");
        }

        if (!busy) yield return Finding.Ok(Check, $"{gateway ?? UpPorts.Gateway}, {UpPorts.Mesh}, {UpPorts.Control} and {UpPorts.Node} are free");
    }
}
