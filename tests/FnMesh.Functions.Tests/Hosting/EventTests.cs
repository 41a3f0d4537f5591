using System.Net;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class EventTests
{
    private const string Two = """{"id":"7","sku":"a","quantity":2}""";

    [Fact]
    public async Task A_returned_event_is_answered_in_binary_mode_with_an_id_that_a_redelivery_repeats()
    {
        await using var app = await RunningApp.StartAsync();
        using var first = await app.DeliverAsync("charge", Two);
        using var again = await app.DeliverAsync("charge", Two);
        using var other = await app.DeliverAsync("charge", Two, id: "2");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("a", await first.Content.ReadAsStringAsync());
        Assert.Equal("shop.order.paid", first.Headers.GetValues("ce-type").Single());
        Assert.Equal("order-1", first.Headers.GetValues("ce-subject").Single());
        Assert.Equal(first.Headers.GetValues("ce-id"), again.Headers.GetValues("ce-id"));
        Assert.NotEqual(first.Headers.GetValues("ce-id"), other.Headers.GetValues("ce-id"));
    }

    [Fact]
    public async Task Several_returned_events_are_a_batch()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync("split", Two);
        Assert.Equal("application/cloudevents-batch+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(2, (await answer.Content.ReadAsStringAsync()).Split("\"shop.parcel\"").Length - 1);
    }

    [Fact]
    public async Task An_output_becomes_the_data_of_an_event()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync("stock", Two);
        Assert.Equal("""{"id":"7","sku":"a","quantity":3}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("shop.stock.changed", answer.Headers.GetValues("ce-type").Single());
    }

    [Fact]
    public async Task Data_that_is_text_is_taken_as_it_came_and_events_may_come_one_by_one()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync("text-data", "one two", type: "text/plain");
        var batch = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/cloudevents-batch+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(3, batch.Split("\"word.0\"").Length);
        Assert.Empty(app.Published.Bodies);
    }

    [Fact]
    public async Task Data_that_cannot_be_read_is_a_problem_that_names_the_parameter()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync("charge", """{"quantity":"x"}""");
        var problem = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"parameter\":\"data\"", problem, StringComparison.Ordinal);
        Assert.Contains("at $.quantity", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("charge", """{"id":"7","sku":"a","quantity":0}""", HttpStatusCode.NoContent)]
    [InlineData("EventGridTrigger1", "{}", HttpStatusCode.NoContent)]
    [InlineData("charge", """{"quantity":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("charge", "{", HttpStatusCode.BadRequest)]
    [InlineData("quote", "{}", HttpStatusCode.NotFound)]
    public async Task A_delivery_is_answered_by_what_became_of_it(string function, string data, HttpStatusCode expected)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.DeliverAsync(function, data);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_function_that_takes_several_events_runs_once_for_a_batch_and_for_one_by_itself()
    {
        await using var app = await RunningApp.StartAsync();
        using var batch = await app.Client.PostAsync("/_fnmesh/functions/several", Batch("""[{"specversion":"1.0","id":"1","source":"/s","type":"t"},{"specversion":"1.0","id":"2","source":"/s","type":"t","data":{"n":1}}]"""));
        using var one = await app.DeliverAsync("several", "{}");

        Assert.Equal("""{"failed":[{"source":"/s","id":"2"}]}""", await batch.Content.ReadAsStringAsync());
        Assert.Equal("""{"failed":[]}""", await one.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_a_function_returns_for_several_events_is_published_by_itself()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync("/_fnmesh/functions/listed", Batch("""[{"specversion":"1.0","id":"1","source":"/s","type":"t"}]"""));

        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Single(app.Published.Bodies);
    }

    [Theory]
    [InlineData("charge", "[]", "it takes one event at a time; take CloudEvent[]")]
    [InlineData("several", "[]", "the batch holds no event")]
    [InlineData("several", "[{}]", "the batch is none of CloudEvents 1.0")]
    [InlineData("several", "[", "the batch is none of CloudEvents 1.0")]
    public async Task A_batch_that_cannot_be_taken_is_refused_with_the_mend(string function, string body, string told)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync($"/_fnmesh/functions/{function}", Batch(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(told, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_throws_for_several_events_names_the_first_in_the_log()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync(
            "/_fnmesh/functions/several", Batch("""[{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"fails"},{"specversion":"1.0","id":"2","source":"/s","type":"t"}]"""));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.StartsWith("the function several failed for the event 1 and 1 more of type t ", Assert.Single(app.Errors));
    }

    private static StringContent Batch(string body) => new(body, null, "application/cloudevents-batch+json");

    [Fact]
    public async Task A_function_that_throws_for_an_event_says_why_in_its_answer_and_for_which_event_in_the_log()
    {
        await using var app = await RunningApp.StartAsync((_, _) => throw new InvalidOperationException("no stock of a"));
        using var answer = await app.DeliverAsync("charge", Two, id: "e-1");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("\"detail\":\"charge threw InvalidOperationException: no stock of a\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Matches("^the function charge failed for the event e-1 of type shop.order.placed [(]trace ([0-9a-f]{32})[)]$", Assert.Single(app.Errors));
    }

    [Fact]
    public async Task A_function_that_throws_for_a_call_is_named_in_the_log_and_tells_its_caller_nothing()
    {
        await using var app = await RunningApp.StartAsync((_, _) => throw new InvalidOperationException("no stock of a"));
        using var answer = await app.Client.GetAsync("/Function1");
        Assert.Equal((HttpStatusCode.InternalServerError, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Matches("^the function Function1 threw InvalidOperationException for GET /Function1 [(]trace ([0-9a-f]{32})[)]$", app.Errors.First());
    }

    [Fact]
    public async Task A_request_that_is_no_event_is_refused()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync("/_fnmesh/functions/charge", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}
