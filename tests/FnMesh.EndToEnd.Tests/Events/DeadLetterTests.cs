using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Events;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task A_poison_event_ends_as_a_dead_letter_that_the_commands_show_while_other_keys_flow()
    {
        await using var function = await FunctionServer.StartAsync(request => request["ce-id"] == "poison" ? new Answer(500, "it burns") : Answer.Done);
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work", "retry: 2, backoffPolicy: linear, backoffDelay: PT0.05S"), Yaml.Publishers());

        await mesh.PublishAsync("test.made", "poison", "bad", """{"sku":"poison"}""");
        await mesh.PublishAsync("test.made", "after", "bad");
        await mesh.PublishAsync("test.made", "other", "good");

        var received = await function.Requests.WhenAsync(seen => seen.Any(request => request["ce-id"] == "after") && seen.Any(request => request["ce-id"] == "other"));
        Assert.Equal([1, 2, 3], received.Where(request => request["ce-id"] == "poison").Select(request => request.Delivery));
        Assert.Equal("after", received.Last(request => request["ce-partitionkey"] == "bad")["ce-id"]);

        var letter = Assert.Single((await GivenUpAsync(mesh, "/api/v1/deadletters")).GetProperty("items").EnumerateArray());
        var listed = await mesh.CommandAsync("deadletters", "list");
        Assert.True(listed.Code == 0 && listed.Output.Contains("work-it") && listed.Output.Contains("500"), $"{listed}");

        var shown = await mesh.CommandAsync("deadletters", "show", $"{letter.GetProperty("id")}", "-o", "json");
        Assert.True(shown.Code == 0, $"{shown}");
        var whole = JsonDocument.Parse(shown.Output).RootElement;
        Assert.Equal(("work-it", 500, 3, "it burns"), (Text(whole, "subscription"), whole.GetProperty("code").GetInt32(), whole.GetProperty("deliveries").GetInt32(), Text(whole, "errorData")));
        Assert.Equal("poison", whole.GetProperty("data").GetProperty("sku").GetString());
        Assert.Equal(3, whole.GetProperty("attempts").GetArrayLength());
        var attributes = whole.GetProperty("attributes");
        Assert.Equal(("poison", "500", "it burns"), (Text(attributes, "id"), Text(attributes, "knativeerrorcode"), Text(attributes, "knativeerrordata")));
        Assert.Contains("/events", Text(attributes, "knativeerrordest"));
    }

    [Fact]
    public async Task Dead_letters_are_redriven_as_they_were_or_edited_and_events_are_replayed_by_commands()
    {
        await using var function = await FunctionServer.StartAsync(request => request["fnmesh-replay"] is null ? Answer.Of(422) : Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());
        foreach (var id in (string[])["a", "b", "c"]) await mesh.PublishAsync("test.made", id);
        await mesh.Up.Errors.WhenAsync(lines => lines.Count(line => line.Contains("gave up event", StringComparison.Ordinal)) == 3);

        Assert.Contains("3 events", (await CommandAsync(mesh, "deadletters", "redrive", "--subscription", "work-it", "--dry-run")).Output);
        var edited = mesh.Folder.Write("edited.json", """{ "specversion": "1.0", "id": "a2", "source": "/fixed", "type": "test.made", "data": { "n": 1 } }""");
        var first = (await mesh.ControlAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray()
            .First(letter => Text(letter.GetProperty("event").GetProperty("attributes"), "id") == "a").GetProperty("id").GetInt64();
        await CommandAsync(mesh, "deadletters", "redrive", $"{first}", "--event", edited);
        await function.Requests.FirstAsync(request => request["ce-id"] == "a2" && request["ce-source"] == "/fixed" && request["fnmesh-replay"] == "1");
        Assert.Contains("0 dead letters", (await CommandAsync(mesh, "deadletters", "discard", "--type", "test.other", "--dry-run")).Output);

        Assert.Contains("0 events", (await CommandAsync(mesh, "deadletters", "redrive", "--source", "/none", "--dry-run")).Output);
        await CommandAsync(mesh, "deadletters", "redrive", "--all", "--rate", "50");
        await function.Requests.WhenAsync(seen => seen.Any(request => request["ce-id"] == "b" && request["fnmesh-replay"] == "2") && seen.Any(request => request["ce-id"] == "c" && request["fnmesh-replay"] == "3"));
        Assert.Empty((await mesh.ControlAsync("/api/v1/deadletters")).GetProperty("items").EnumerateArray());

        await CommandAsync(mesh, "events", "replay", "--subscription", "work-it", "--from", "2", "--to", "3");
        await function.Requests.WhenAsync(seen => seen.Count(request => request["ce-id"] == "b" && request["fnmesh-replay"] == "2") == 2);
        Assert.Contains("done", (await CommandAsync(mesh, "events", "replays")).Output);
        Assert.Equal(2, (await mesh.CommandAsync("deadletters", "redrive")).Code);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(422)]
    public async Task An_answer_that_no_repetition_can_mend_dead_letters_at_once(int status)
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Of(status));
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());

        await mesh.PublishAsync("test.made", "bad");

        var letter = Assert.Single((await GivenUpAsync(mesh, "/api/v1/deadletters?subscription=work-it")).GetProperty("items").EnumerateArray());
        Assert.Equal((status, 1), (letter.GetProperty("code").GetInt32(), letter.GetProperty("deliveries").GetInt32()));
        Assert.Single(function.Requests.Items);
    }

    /// <summary>What control lists once the gateway has said that it gave an event up, which it says when that is on disk.</summary>
    private static async Task<JsonElement> GivenUpAsync(Mesh mesh, string path)
    {
        await mesh.Up.Errors.FirstAsync(static line => line.Contains("Subscription work-it gave up event", StringComparison.Ordinal));
        return await mesh.ControlAsync(path);
    }

    private static async Task<Finished> CommandAsync(Mesh mesh, params string[] arguments)
    {
        var finished = await mesh.CommandAsync(arguments);
        Assert.True(finished.Code == 0, $"{finished}");
        return finished;
    }

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();
}
