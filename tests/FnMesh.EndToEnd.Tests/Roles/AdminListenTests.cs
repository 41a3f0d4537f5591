using System.Net;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Metrics and health of a gateway and a shim that run by themselves, where <c>FNMESH_ADMIN_LISTEN</c> says.</summary>
public sealed class AdminListenTests
{
    private static readonly (string Name, string Value) Anywhere = ("FNMESH_ADMIN_LISTEN", "127.0.0.1:0");

    [Fact]
    public async Task A_gateway_tells_its_metrics_and_is_ready_once_it_serves_a_policy()
    {
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", "http://127.0.0.1:9"), Yaml.Route("web", "web"));
        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        Assert.Null(mesh.Gateway.Admin);
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        await mesh.Control.KillAsync(withChildren: false);
        Assert.Equal(0, await mesh.Gateway.StopAsync());
        File.Delete(mesh.Folder["gateway/node/policy.json"]);

        await mesh.StartGatewayAsync(Anywhere);
        Assert.Equal((200, """{"status":"live"}"""), await AskAsync(mesh, mesh.Gateway, "/health/live"));
        Assert.Equal((503, "the gateway has no policy yet"), await RefusedAsync(mesh, mesh.Gateway, "/health/ready"));
        await mesh.StartControlAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);

        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(mesh, mesh.Gateway, "/health/ready"));
        var (status, metrics) = await AskAsync(mesh, mesh.Gateway, "/metrics");
        Assert.Equal(200, status);
        Assert.Contains("fnmesh_policy_live{", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shim_tells_its_metrics_and_is_ready_once_its_process_listens_and_is_announced()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.Relay("web", function.Url), Yaml.Route("web", "web"), Yaml.Relay("other", function.Url));
        await mesh.StartControlAsync("web", "other");
        var shim = await mesh.StartShimAsync("web", function.Url, "web", Anywhere);
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
        using var call = new HttpRequestMessage(HttpMethod.Get, shim.Door!) { Headers = { Host = "web" } };
        Assert.Equal(HttpStatusCode.OK, (await mesh.Http.SendAsync(call)).StatusCode);

        Assert.Equal((200, """{"status":"live"}"""), await AskAsync(mesh, shim, "/health/live"));
        Assert.Equal((200, """{"status":"ready"}"""), await AskAsync(mesh, shim, "/health/ready"));
        var metrics = (await AskAsync(mesh, shim, "/metrics")).Body.Split('\n');
        Assert.Contains("fnmesh_shim_process_up 1", metrics);
        Assert.Contains("fnmesh_shim_announced 1", metrics);
        Assert.Contains("fnmesh_shim_requests_in_total 3", metrics);
        Assert.Contains("fnmesh_shim_requests_out_total 1", metrics);
        Assert.Contains(metrics, line => line.StartsWith("fnmesh_shim_svid_end_timestamp_seconds 1", StringComparison.Ordinal));

        var refused = await mesh.StartShimAsync("other", function.Url, "other", Anywhere, ("FNMESH_REVISION", "other-v9"));
        var (status, why) = await RefusedAsync(mesh, refused, "/health/ready");
        Assert.Equal(503, status);
        Assert.Contains("other-v9", why, StringComparison.Ordinal);
        Assert.Contains("fnmesh_shim_announced 0", (await AskAsync(mesh, refused, "/metrics")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_loopback_only_loopback_names_are_served_and_only_what_is_read()
    {
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync(("FNMESH_ADMIN_LISTEN", "localhost:0"));

        using var rebound = new HttpRequestMessage(HttpMethod.Get, new Uri(mesh.Gateway.Admin!, "/metrics")) { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Http.SendAsync(rebound)).StatusCode);
        using var written = await mesh.Http.PostAsync(new Uri(mesh.Gateway.Admin!, "/metrics"), null);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, HEAD"), (written.StatusCode, string.Join(", ", written.Content.Headers.Allow)));
        Assert.Equal((404, "there is no GET /; there are /metrics, /health/live and /health/ready"), await RefusedAsync(mesh, mesh.Gateway, "/"));
    }

    [Theory]
    [InlineData("7090")]
    [InlineData("127.0.0.1")]
    [InlineData("metrics:7090")]
    [InlineData("127.0.0.1:70900")]
    public async Task A_value_that_is_no_address_with_a_port_is_wrong_usage(string value)
    {
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync("web");

        foreach (var role in new[] { mesh.BeginGateway(("FNMESH_ADMIN_LISTEN", value)), mesh.BeginShim("web", "http://127.0.0.1:9", "web", ("FNMESH_ADMIN_LISTEN", value)) })
        {
            Assert.Equal(2, await Patience.ForAsync(role.Exited, () => "the role ends"));
            Assert.Equal([$"fnmesh: FNMESH_ADMIN_LISTEN is '{value}', which is no IP address or localhost with a port, such as 127.0.0.1:7090"], role.Errors.Items);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_its_owner_and_the_mend()
    {
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync("web");
        var taken = $"127.0.0.1:{mesh.Control.Control.Port}";

        foreach (var role in new[] { mesh.BeginGateway(("FNMESH_ADMIN_LISTEN", taken)), mesh.BeginShim("web", "http://127.0.0.1:9", "web", ("FNMESH_ADMIN_LISTEN", taken)) })
        {
            Assert.Equal(1, await Patience.ForAsync(role.Exited, () => "the role ends"));
            Assert.Contains(role.Errors.Items, line => line.Contains($"port {mesh.Control.Control.Port} is busy", StringComparison.Ordinal) && line.EndsWith("stop it, or choose another with FNMESH_ADMIN_LISTEN", StringComparison.Ordinal));
        }
    }

    private static async Task<(int Status, string Body)> AskAsync(ApartMesh mesh, UpProcess role, string path)
    {
        using var answer = await mesh.Http.GetAsync(new Uri(role.Admin!, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(int Status, string? Detail)> RefusedAsync(ApartMesh mesh, UpProcess role, string path)
    {
        using var answer = await mesh.Http.GetAsync(new Uri(role.Admin!, path));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return ((int)answer.StatusCode, problem.RootElement.GetProperty("detail").GetString());
    }
}
