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

    private static string? Text(JsonElement from, string name) => from.GetProperty(name).GetString();
}
