using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Control and gateway as processes of their own.</summary>
public sealed class RolesTests
{
    [Fact]
    public async Task A_gateway_serves_without_control_also_when_it_starts_again_and_follows_edits_once_control_is_back()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", string.Join("\n---\n", Yaml.App("web", function.Url), Yaml.Route("web", "web")));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience.Limit };

        await using var first = await ControlAsync(folder, 0);
        var port = first.Node!.Port;
        await using (var gateway = await GatewayAsync(folder, first.Node))
        {
            await gateway.Errors.FirstAsync(IsLive);
            await first.KillAsync(withChildren: false);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(gateway.Gateway, "/web"))).StatusCode);
            Assert.Equal(0, await gateway.StopAsync());
        }

        await using var restarted = await GatewayAsync(folder, first.Node);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(restarted.Gateway, "/web"))).StatusCode);

        var seen = restarted.Errors.Count;
        folder.Write("policies/mesh.yaml", string.Join("\n---\n", Yaml.App("web", function.Url), Yaml.Route("web", "web"), Yaml.Route("new", "web")));
        await using var second = await ControlAsync(folder, port);
        await restarted.Errors.FirstAsync(IsLive, seen);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(restarted.Gateway, "/new"))).StatusCode);
    }

    private static bool IsLive(string line) => line.StartsWith("policy ", StringComparison.Ordinal) && line.EndsWith(" live", StringComparison.Ordinal);

    private static Task<UpProcess> ControlAsync(TempFolder folder, int port) => UpProcess.RoleAsync(
        folder.Path, [], "control", "-f", "policies", "--control-port", "0", "--node-listen", $"127.0.0.1:{port}", "--data-dir", "control", "--token", "gateway=tokens/gateway");

    private static Task<UpProcess> GatewayAsync(TempFolder folder, Uri node) => UpProcess.RoleAsync(
        folder.Path,
        [("FNMESH_CONTROL", node.GetLeftPart(UriPartial.Authority)), ("FNMESH_JOIN_TOKEN_FILE", folder["tokens/gateway"])],
        "gateway",
        "--listen",
        "127.0.0.1:0",
        "--mesh-listen",
        "127.0.0.1:0",
        "--data-dir",
        "gateway");
}
