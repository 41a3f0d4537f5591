using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether control answers, and how its nodes are.</summary>
internal static class MeshCheck
{
    /// <param name="address">Where control is.</param>
    /// <param name="patient">The folder.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(ControlAddress address, Patient patient, CancellationToken cancel)
    {
        // Without an 'up' here, and with none named, nobody needs to be there.
        var isExpected = patient.Pid is not null || (address.Up is null && address != ControlAddress.Fallback);
        if (!isExpected) return [Finding.Ok("control", "no mesh runs here")];
        using var http = new MeshHttp();
        var mesh = await http.GetAsync(new Uri(address.Control, "/api/v1/mesh"), address.Source, cancel);
        if (!mesh.Succeeded && mesh.Status != 503)
            return [Finding.Fail("control", mesh.Failure, patient.Pid is null ? "start it, or give its address with --control" : "wait until it is ready ('fnmesh wait'), or end it with 'fnmesh down' and start it again")];
        var ready = await http.GetAsync(new Uri(address.Control, "/health/ready"), address.Source, cancel);
        var nodes = await http.GetAsync(new Uri(address.Control, "/api/v1/nodes"), address.Source, cancel);
        return
        [
            ready.Succeeded ? Finding.Ok("control", $"{address.Control.GetLeftPart(UriPartial.Authority)} serves policy {Short(mesh.Body.Text("policy"))}") : Finding.Warn("control", $"it answers, and the mesh is not ready: {ready.Failure}", "see what it waits for with 'fnmesh logs fnmesh'"),
            .. nodes.Succeeded ? Nodes(nodes, mesh.Body.Text("policy")) : [Finding.Fail("nodes", nodes.Failure, "is it a FnMesh control service?")],
        ];
    }

    private static IEnumerable<Finding> Nodes(Answer answer, string policy)
    {
        var good = 0;
        foreach (var node in answer.Body.Items())
        {
            var name = node.Text("name");
            if (node.Items("faults").Select(fault => fault?.GetValue<string>()).ToArray() is { Length: > 0 } faults)
                yield return Finding.Fail("nodes", $"{name} refuses, or is refused: {string.Join("; ", faults)}", "mend what it says; until then it goes on with what it had");
            else if (node.Text("connected") != "true")
                yield return Finding.Warn("nodes", $"{name} is silent; it is taken out at {node.Text("leaseEnds")}", "see 'fnmesh logs' for why its process ended");
            else if (node.Text("role") == "gateway" && node.Text("policy") != policy)
                yield return Finding.Warn("nodes", $"{name} serves policy {Short(node.Text("policy"))}, not {Short(policy)}", "it may be about to; look again with 'fnmesh nodes'");
            else
                good++;
        }

        if (!answer.Body.Items().Any(node => node.Text("role") == "gateway")) yield return Finding.Fail("nodes", "no gateway is connected", "start one with 'fnmesh gateway'");
        if (good > 0) yield return Finding.Ok("nodes", $"{good} connected and content");
    }

    private static string Short(string hash) => hash.Length > 8 ? hash[..8] : hash.Length == 0 ? "none" : hash;
}
