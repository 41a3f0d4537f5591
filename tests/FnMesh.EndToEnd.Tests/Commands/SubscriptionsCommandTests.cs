using System.Net;
using System.Text;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Commands;

public sealed class SubscriptionsCommandTests
{
    [Fact]
    public async Task A_subscription_that_the_command_pauses_keeps_its_events_until_the_command_resumes_it()
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Subscription("other", "test.other", "work"), Yaml.Publishers());
        var file = mesh.Folder["policies/mesh.yaml"];

        var paused = await mesh.CommandAsync("subscriptions", "pause", "work-it");
        Assert.True(paused.Code == 0 && paused.Output.Contains("work-it is paused", StringComparison.Ordinal), $"{paused}");
        Assert.Matches(@"^written to .*mesh\.yaml:\d+:1 and live\s$", paused.Error);
        Assert.Contains("paused: true", File.ReadAllText(file), StringComparison.Ordinal);
        await mesh.PublishAsync("test.made", "waits");
        await mesh.PublishAsync("test.other", "flows");
        await function.Requests.FirstAsync(request => request["ce-id"] == "flows");
        Assert.DoesNotContain(function.Requests.Items, request => request["ce-id"] == "waits");
        Assert.Contains("as it was written already", (await mesh.CommandAsync("subscriptions", "pause", "work-it")).Error, StringComparison.Ordinal);

        var resumed = await mesh.CommandAsync("subscriptions", "resume", "work-it");
        Assert.True(resumed.Code == 0 && resumed.Output.Contains("work-it is not paused", StringComparison.Ordinal), $"{resumed}");
        await function.Requests.FirstAsync(request => request["ce-id"] == "waits");

        var misspelt = await mesh.CommandAsync("subscriptions", "pause", "work-at");
        Assert.True(misspelt.Code == 1 && misspelt.Error.Contains("there is no Subscription 'work-at'; did you mean 'work-it'?", StringComparison.Ordinal), $"{misspelt}");
        using var content = new StringContent("""{ "paused": "yes" }""", Encoding.UTF8, "application/json");
        using var refused = await mesh.Http.PutAsync(new Uri(mesh.Up.Control, "/api/v1/subscriptions/work-it/paused"), content);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_subscription_that_is_created_over_HTTP_gets_events_and_is_among_the_resources()
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Publishers());
        using var content = new StringContent("""{ "protocol": "HTTP", "sink": "http://work/made", "types": ["test.made"] }""", Encoding.UTF8, "application/json");

        using var created = await mesh.Http.PostAsync(new Uri(mesh.Up.Control, "/api/v1/subscriptions"), content);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await mesh.PublishAsync("test.made", "first");
        var delivered = await function.Requests.FirstAsync(request => request["ce-id"] == "first");

        Assert.Equal("/made", delivered.Path);
        Assert.EndsWith($"/{delivered["fnmesh-subscription"]}", created.Headers.Location!.ToString(), StringComparison.Ordinal);
        var shown = await mesh.CommandAsync("get", "subscriptions");
        Assert.Contains(delivered["fnmesh-subscription"]!, shown.Output, StringComparison.Ordinal);
    }
}
