using System.Net;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Up;

public sealed class StartedAloneTests
{
    [Fact]
    public async Task A_function_app_started_by_hand_takes_its_revisions_place_until_it_ends()
    {
        await using var relayed = await FunctionServer.StartAsync(_ => new Answer(202));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("hello", relayed.Url), Yaml.Route("hello", "hello"));
        Assert.Equal(HttpStatusCode.Accepted, (await mesh.GetAsync("/hello/Ada")).StatusCode);

        await using (var byHand = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, "hello-v1"))
        {
            using var answer = await mesh.GetAsync("/hello/Ada");
            Assert.Equal("Hello, Ada!\n", await answer.Content.ReadAsStringAsync());
            await mesh.Up.Errors.FirstAsync(line => line == "hello-v1: the process started by hand takes its place");
            Assert.Equal(0, await byHand.StopAsync());
        }

        await mesh.Up.Errors.FirstAsync(line => line == "hello-v1: the process started by hand has ended; what 'up' started serves again");
        Assert.Equal(HttpStatusCode.Accepted, (await mesh.GetAsync("/hello/Ada")).StatusCode);
    }

    [Fact]
    public async Task It_has_the_names_of_its_app_and_revision_as_one_that_up_started()
    {
        await using var relayed = await FunctionServer.StartAsync(_ => new Answer(202));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("pricing", relayed.Url), Yaml.Route("prices", "pricing"));
        await using var byHand = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("pricing", "pricing"), mesh.Folder.Path, "pricing-v1");
        using var answer = await mesh.GetAsync("/prices/sku-1");
        Assert.Contains("\"revision\":\"pricing-v1\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_the_environment_of_its_revision_as_it_stands_in_the_policy_now()
    {
        await using var relayed = await FunctionServer.StartAsync(_ => new Answer(202));
        var relay = Yaml.Relay("hello", relayed.Url);
        await using var mesh = await Mesh.StartAsync(relay);
        mesh.Folder.Write("policies/secret", "json\n");
        await mesh.WriteLiveAsync(relay.Replace("env: { ", "env: { Logging__Console__FormatterName: { fromFile: secret }, ", StringComparison.Ordinal));
        Assert.DoesNotContain("json", await File.ReadAllTextAsync(mesh.Folder[".fnmesh/up.json"]), StringComparison.Ordinal);

        await using var byHand = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, "hello-v1");
        Assert.Contains(byHand.Output.Items, line => line.StartsWith('{') && line.Contains("serves hello-v1 in the mesh", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_variable_that_its_environment_takes_from_where_it_is_started_and_that_is_not_there_is_named()
    {
        await using var relayed = await FunctionServer.StartAsync(_ => new Answer(202));
        await using var mesh = await Mesh.StartAsync(Yaml.App("hello", relayed.Url));
        mesh.Folder.Write("policies/by-hand.yaml", Yaml.Relay("late", relayed.Url).Replace("env: { ", "env: { KEY: { fromEnv: NOWHERE_SET }, ", StringComparison.Ordinal));
        await mesh.Up.Errors.FirstAsync(line => line.Contains("NOWHERE_SET", StringComparison.Ordinal));

        var start = FnMeshProgram.Managed(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, []);
        start.Environment["FNMESH_REVISION"] = "late-v1";
        var ended = await FnMeshProgram.FinishAsync(start);
        Assert.Equal((1, "The environment of late-v1 in the mesh's policy cannot be had: env KEY: the variable NOWHERE_SET is not set; set it where this process is started.\n"), (ended.Code, ended.Error));
    }
}
