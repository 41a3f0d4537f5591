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
}
