using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class NamespaceTests
{
    private const string Team = "team-a";

    private const string Grant = """
        apiVersion: gateway.networking.k8s.io/v1beta1
        kind: ReferenceGrant
        metadata: { name: platform, namespace: team-a }
        spec:
          from: [ { group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default } ]
          to: [ { group: fnmesh.dev, kind: FunctionApp, name: pricing } ]
        """;

    private const string Closed = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: closed, namespace: team-a }
        spec:
          targetRefs: [ { kind: Namespace, name: team-a } ]
          action: ALLOW
          rules: [ { from: [ { principals: [ ns/team-a/*, anonymous ] } ] } ]
        """;

    [Fact]
    public async Task Two_teams_have_apps_of_the_same_names_and_call_their_own_and_one_another_s()
    {
        await using var ours = await FunctionServer.StartAsync(_ => new Answer(200, "of default"));
        await using var theirs = await FunctionServer.StartAsync(_ => new Answer(200, "of team-a"));
        string[] policy =
        [
            Yaml.App("pricing", ours.Url), Yaml.In(Team, Yaml.App("pricing", theirs.Url)),
            Yaml.Relay("shop", ours.Url), Yaml.In(Team, Yaml.Relay("shop", theirs.Url)),
            Yaml.Route("ours", "shop"), Yaml.In(Team, Yaml.Route("theirs", "shop")),
        ];
        await using var mesh = await Mesh.StartAsync(policy);

        Assert.Equal((200, "of default"), await CallAsync(mesh, "ours", "pricing"));
        Assert.Equal((200, "of team-a"), await CallAsync(mesh, "theirs", "pricing"));
        Assert.Equal((200, "of team-a"), await CallAsync(mesh, "ours", "pricing.team-a"));
        Assert.Equal((200, "of default"), await CallAsync(mesh, "theirs", "pricing.default"));

        await mesh.WriteLiveAsync([.. policy, Closed]);
        Assert.Equal((200, "of team-a"), await CallAsync(mesh, "theirs", "pricing"));
        var (status, problem) = await CallAsync(mesh, "ours", "pricing.team-a");
        Assert.Equal(403, status);
        Assert.Contains("no rule on Namespace team-a allows spiffe://mesh.local/ns/default/app/shop to call", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_into_another_namespace_is_open_from_its_grant_to_the_end_of_it()
    {
        await using var theirs = await FunctionServer.StartAsync(_ => new Answer(200, "of team-a"));
        string[] policy = [Yaml.In(Team, Yaml.App("pricing", theirs.Url)), Yaml.Route("prices", "pricing, namespace: team-a")];
        await using var mesh = await Mesh.StartAsync(policy);

        await RefusedAsync(mesh);
        await mesh.WriteLiveAsync([.. policy, Grant]);
        Assert.Equal("of team-a", await (await mesh.GetAsync("/prices")).Content.ReadAsStringAsync());
        await mesh.WriteLiveAsync(policy);
        await RefusedAsync(mesh);
    }

    [Fact]
    public async Task A_platform_hands_a_path_to_a_team_whose_edits_act_there_and_nowhere_else()
    {
        await using var theirs = await FunctionServer.StartAsync(_ => new Answer(200, "of team-a"));
        string Inner(string path) => Yaml.In(Team, $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: all }
            spec:
              parentRefs: [ { kind: HTTPRoute, name: team-a, namespace: default } ]
              rules: [ { matches: [ { path: { value: {{path}} } } ], backendRefs: [ { name: pricing } ] } ]
            """);
        string[] policy = [Yaml.In(Team, Yaml.App("pricing", theirs.Url)), Yaml.Route("team-a", "all, namespace: team-a, kind: HTTPRoute")];
        await using var mesh = await Mesh.StartAsync([.. policy, Inner("/team-a/prices")]);
        async Task<int> StatusAsync(string path) => (int)(await mesh.GetAsync(path)).StatusCode;

        Assert.Equal((200, 404, 404), (await StatusAsync("/team-a/prices/7"), await StatusAsync("/team-a/stock"), await StatusAsync("/prices")));
        await mesh.WriteLiveAsync([.. policy, Inner("/")]);
        Assert.Equal((200, 200, 404), (await StatusAsync("/team-a/prices/7"), await StatusAsync("/team-a/stock"), await StatusAsync("/prices")));
        await mesh.WriteLiveAsync(policy);
        Assert.Equal(500, await StatusAsync("/team-a/stock"));
    }

    [Fact]
    public async Task Commands_mean_the_namespace_that_they_are_told()
    {
        await using var ours = await FunctionServer.StartAsync(_ => new Answer(200, "of default"));
        await using var theirs = await FunctionServer.StartAsync(_ => new Answer(200, "of team-a"));
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("pricing", ours.Url), Yaml.In(Team, Yaml.App("pricing", (theirs.Url, 90), (theirs.Url, 10))), Yaml.In(Team, Yaml.Relay("shop", theirs.Url)));

        Assert.Equal(["pricing"], Words(await mesh.CommandAsync("get", "apps"), 1));
        Assert.Equal(["pricing", "shop"], Words(await mesh.CommandAsync("get", "apps", "-n", Team), 1));
        Assert.Equal(["default", Team, Team], Words(await mesh.CommandAsync("get", "apps", "-A"), 0));
        Assert.Contains("pricing-v2.team-a", (await mesh.CommandAsync("describe", "app", "pricing", "-n", Team)).Output, StringComparison.Ordinal);
        Assert.Equal(["gateway", "function"], Words(await mesh.CommandAsync("nodes"), 1));
        var nodes = await mesh.CommandAsync("nodes", "-n", Team);
        Assert.True(Words(nodes, 2) is ["shop-v1.team-a"], $"{nodes}");
        Assert.Equal("of default", (await mesh.CommandAsync("call", "pricing", "/")).Output.Trim());
        Assert.Equal("of team-a", (await mesh.CommandAsync("call", "pricing", "/", "-n", Team)).Output.Trim());

        var changed = await mesh.CommandAsync("traffic", "pricing", "pricing-v1=50", "pricing-v2=50", "-n", Team);
        Assert.True(changed.Code == 0, $"{changed}");
        Assert.Equal(["50", "50"], Words(await mesh.CommandAsync("traffic", "pricing.team-a"), 1));
        Assert.Equal(2, (await mesh.CommandAsync("get", "apps", "-n", "Team_A")).Code);
    }

    /// <summary>A column of a table.</summary>
    private static string[] Words(Finished table, int column)
    {
        Assert.True(table.Code == 0, $"{table}");
        return [.. table.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column])];
    }

    private static async Task<(int Status, string Body)> CallAsync(Mesh mesh, string by, string host)
    {
        using var answer = await mesh.GetAsync($"/{by}{RelayFunction.Call}{host}");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task RefusedAsync(Mesh mesh)
    {
        using var answer = await mesh.GetAsync("/prices");
        Assert.Equal((HttpStatusCode.InternalServerError, "InvalidBackend"), (answer.StatusCode, answer.Headers.GetValues("fnmesh-verdict").Single()));
    }
}
