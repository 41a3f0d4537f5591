using System.Net;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Authorization;

public sealed class AccessReviewTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_audit_matches_is_logged_with_its_rule_and_decided_by_others()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + Policy("watched", "AUDIT", "", "paths: [ /orders/* ]") + Policy("closed", "DENY", "", "paths: [ /orders/secret ]"));

        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.GetAsync("/orders/1", Cancel)).StatusCode);
        Assert.Matches(@"^Audited by AuthorizationPolicy watched \(policy\.yaml:\d+:\d+\) on the mesh, permitted: call by anonymous: GET /orders/1$", await mesh.Log.HearAsync("LogAudit", Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Client.GetAsync("/orders/secret", Cancel)).StatusCode);
        Assert.Contains(", denied: call by anonymous: GET /orders/secret", await mesh.Log.HearAsync("LogAudit", Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.GetAsync("/other", Cancel)).StatusCode);
        var metrics = await mesh.MetricsAsync();
        Assert.Contains("""fnmesh_authorization_audited_total{fnmesh_policy="watched",fnmesh_decision="permit"} 1""", metrics, StringComparison.Ordinal);
        Assert.Contains("""fnmesh_authorization_audited_total{fnmesh_policy="watched",fnmesh_decision="deny"} 1""", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_counts_and_logs_what_it_would_have_done_and_does_nothing()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        var tried = Policy("tried", "ALLOW", "dryRun: true,", "methods: [ GET ]");
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + tried);

        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.GetAsync("/a", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.DeleteAsync("/b", Cancel)).StatusCode);
        Assert.Matches(@"^The dry run of AuthorizationPolicy tried \(policy\.yaml:\d+:\d+\) would deny: call by anonymous: DELETE /b$", await mesh.Log.HearAsync("LogTried", Cancel));
        var metrics = await mesh.MetricsAsync();
        Assert.Contains("""fnmesh_authorization_dry_run_total{fnmesh_policy="tried",fnmesh_decision="permit"} 1""", metrics, StringComparison.Ordinal);
        Assert.Contains("""fnmesh_authorization_dry_run_total{fnmesh_policy="tried",fnmesh_decision="deny"} 1""", metrics, StringComparison.Ordinal);

        await mesh.ApplyAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + tried.Replace("dryRun: true,", "", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Client.DeleteAsync("/b", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_dry_run_that_would_open_what_another_closes_says_so()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mesh = await RunningMesh.StartAsync(
            Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + Policy("closed", "ALLOW", "", "methods: [ POST ]") + Policy("wider", "ALLOW", "dryRun: true,", "methods: [ GET ]"));

        Assert.Equal(HttpStatusCode.Forbidden, (await mesh.Client.GetAsync("/a", Cancel)).StatusCode);
        Assert.Contains("AuthorizationPolicy wider", await mesh.Log.HearAsync("LogTried", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_logged_is_cleaned_of_what_could_end_a_line()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Publishers() + Policy("watched", "AUDIT", "", "operations: [ publish ]"));

        await mesh.PublishAsync("test.a\\b", "1");
        Assert.Contains(@"test.a\\b", await mesh.Log.HearAsync("LogAudit", Cancel), StringComparison.Ordinal);
    }

    private static string Policy(string name, string action, string more, string to) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: {{name}} }
        spec: { targetRefs: [ { kind: Mesh } ], action: {{action}}, {{more}} rules: [ { to: [ { {{to}} } ] } ] }

        """;
}
