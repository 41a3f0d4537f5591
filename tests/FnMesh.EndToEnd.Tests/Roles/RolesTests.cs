using System.Net;
using System.Runtime.Versioning;
using FnMesh.EndToEnd.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Control and gateway as processes of their own.</summary>
public sealed class RolesTests
{
    [Fact]
    public async Task A_gateway_serves_without_control_also_when_it_starts_again_and_follows_edits_once_control_is_back()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", function.Url), Yaml.Route("web", "web"));

        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        await mesh.Control.KillAsync(withChildren: false);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
        Assert.Equal(0, await mesh.Gateway.StopAsync());

        await mesh.StartGatewayAsync();
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);

        var seen = mesh.Gateway.Errors.Count;
        mesh.Write(Yaml.App("web", function.Url), Yaml.Route("web", "web"), Yaml.Route("new", "web"));
        await mesh.StartControlAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive, seen);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/new")).StatusCode);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // Which keeps rights in lists, not modes.
    public async Task What_a_gateway_served_last_is_private_and_damaged_it_is_named_and_not_served_until_control_answers()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", function.Url), Yaml.Route("web", "web"));
        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        await mesh.Control.KillAsync(withChildren: false);
        Assert.Equal(0, await mesh.Gateway.StopAsync());

        Assert.All(Directory.GetFiles(mesh.Folder["gateway/node"]), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        var kept = mesh.Folder["gateway/node/policy.json"];
        File.WriteAllText(kept, File.ReadAllText(kept).Replace("/web", "/wet", StringComparison.Ordinal));
        await mesh.StartGatewayAsync();

        Assert.Contains("policy.json is damaged and is not used", await mesh.Gateway.Errors.FirstAsync(line => line.Contains("damaged", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await mesh.GetAsync("/web")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await mesh.GetAsync("/wet")).StatusCode);

        await mesh.StartControlAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
    }

    [Fact]
    public async Task A_function_started_while_control_is_away_says_so_and_joins_when_control_returns_and_calls_go_on_meanwhile()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200));
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.Relay("web", function.Url, replicas: 2), Yaml.Route("web", "web"));
        await mesh.StartControlAsync("web");
        await mesh.StartShimAsync("web", function.Url, "web-0");
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);

        await mesh.Control.KillAsync(withChildren: false);
        var late = mesh.BeginShim("web", function.Url, "web-1");
        await late.Errors.FirstAsync(line => line.Contains("cannot join at https://127.0.0.1:", StringComparison.Ordinal) && line.Contains("trying again", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/web")).StatusCode);
        Assert.Empty(late.Output.Items);

        // It keeps the authority and the tokens, so the token that the shim holds is still good.
        await mesh.StartControlAsync();
        await late.BecomeReadyAsync();
        var nodes = await mesh.CommandAsync("nodes");
        Assert.Matches(@"web-1 +function +web-v1 +serving ", nodes.Output);
    }

    [Fact]
    public async Task A_policy_that_a_gateway_cannot_bind_is_shown_by_nodes_with_the_reason_and_the_old_one_goes_on_until_an_edit_is_taken()
    {
        await using var function = await FunctionServer.StartAsync(_ => new Answer(200, "one"));
        await using var mesh = new ApartMesh();
        string[] before = [Yaml.App("web", function.Url), Yaml.Route("web", "web")];
        string[] after = [.. before, Yaml.Route("new", "web"), Yaml.Subscription("count", "test.load", "web")];
        mesh.Write(before);
        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);

        // As a copy does that somebody makes of the event log: the subscription of the new policy cannot be registered.
        using (var copying = new SqliteConnection($"Data Source={mesh.Folder["gateway/broker.db"]};Pooling=false"))
        {
            copying.Open();
            using var hold = copying.BeginTransaction(deferred: false);
            mesh.Write(after);
            await mesh.Control.Errors.FirstAsync(line => line.Contains("stays live: the edit was refused", StringComparison.Ordinal));

            var nodes = await mesh.CommandAsync("nodes");
            Assert.Matches("gateway-[0-9a-f]{8} +gateway +refused .* does not take policy [0-9a-f]{8}: subscriptions could not be registered: .*broker.db: another process has locked the file", nodes.Output);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), ((await mesh.GetAsync("/web")).StatusCode, (await mesh.GetAsync("/new")).StatusCode));
        }

        var seen = mesh.Gateway.Errors.Count;
        mesh.Write([.. after, "# once more"]);
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive, seen);
        Assert.Equal(HttpStatusCode.OK, (await mesh.GetAsync("/new")).StatusCode);
    }

    [Fact]
    public async Task Identity_show_and_rotate_name_the_authority_of_a_control_that_runs_by_itself_and_nodes_follow()
    {
        await using var mesh = new ApartMesh();
        mesh.Write(Yaml.App("web", "http://127.0.0.1:9"));
        await mesh.StartControlAsync();
        await mesh.StartGatewayAsync();
        await mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);

        var shown = await mesh.CommandAsync("identity", "show");
        Assert.Contains("trustDomain: mesh.local", shown.Output, StringComparison.Ordinal);
        Assert.Contains("signs: true", shown.Output, StringComparison.Ordinal);
        var rotated = await mesh.CommandAsync("identity", "rotate", "--authority");
        Assert.Equal(0, rotated.Code);
        var key = System.Text.RegularExpressions.Regex.Match(rotated.Output, "FnMesh authority ([0-9a-f]+) of mesh.local").Groups[1].Value;
        Assert.DoesNotContain(key, shown.Output, StringComparison.Ordinal);
        Assert.Matches($"gateway-[0-9a-f]{{8}} +gateway +serving .* {key}", (await mesh.CommandAsync("nodes")).Output);

        await mesh.Control.KillAsync(withChildren: false);
        var away = await mesh.CommandAsync("identity", "rotate");
        Assert.Equal(4, away.Code);
    }
}
