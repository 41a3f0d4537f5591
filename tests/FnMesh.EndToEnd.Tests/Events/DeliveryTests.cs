using System.Net;
using System.Text;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Events;

public sealed class DeliveryTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_published_event_is_answered_202_and_delivered_in_binary_mode_with_the_documented_headers()
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());

        await mesh.PublishAsync("test.made", "e-1", "k-1", """{"n":1}""", ("ce-subject", "a%20b"), ("ce-ext", "7"), ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"));

        var received = await function.Requests.FirstAsync(_ => true);
        Assert.Equal(("POST", "/events", """{"n":1}"""), (received.Method, received.Path, received.Body));
        Assert.Equal(
            ["1.0", "e-1", "/test", "test.made", "k-1", "a%20b", "7", "application/json", "work-it", "1", "1", "anonymous"],
            new[] { "ce-specversion", "ce-id", "ce-source", "ce-type", "ce-partitionkey", "ce-subject", "ce-ext", "content-type", "fnmesh-subscription", "fnmesh-delivery", "fnmesh-attempt", "fnmesh-principal" }
                .Select(name => received[name]));
        Assert.InRange(int.Parse(received["fnmesh-deadline"]!), 1, 30_000);
        Assert.StartsWith($"00-{TraceId}-", received["traceparent"]);
    }

    [Fact]
    public async Task Structured_events_and_batches_are_delivered_each_in_binary_mode()
    {
        await using var function = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work"), Yaml.Publishers());
        static string Of(string id) => $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"/s","type":"test.made","data":{"id":"{{{id}}}"}}""";

        foreach (var (contentType, body) in new[] { ("application/cloudevents+json", Of("1")), ("application/cloudevents-batch+json", $"[{Of("2")},{Of("3")}]") })
        {
            using var request = Event.Post(mesh.Up.Gateway, contentType, Encoding.UTF8.GetBytes(body));
            using var answer = await mesh.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        var received = await function.Requests.AtLeastAsync(3, _ => true);
        Assert.Equal(
            ["1 application/json {\"id\":\"1\"}", "2 application/json {\"id\":\"2\"}", "3 application/json {\"id\":\"3\"}"],
            received.Select(request => $"{request["ce-id"]} {request["content-type"]} {request.Body}").Order());
    }

    [Fact]
    public async Task A_reply_event_is_published_and_delivered_on()
    {
        await using var payments = await FunctionServer.StartAsync(request => Answer.Reply("test.paid", "paid-1", """{"ok":true}""", ("partitionkey", request["ce-partitionkey"]!)));
        await using var billing = await FunctionServer.StartAsync(_ => Answer.Done);
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("payments", payments.Url), Yaml.App("billing", billing.Url),
            Yaml.Subscription("pay", "test.placed", "payments"), Yaml.Subscription("bill", "test.paid", "billing"), Yaml.Publishers());

        await mesh.PublishAsync("test.placed", "placed-1", "o-1", "{}", ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"));

        var received = await billing.Requests.FirstAsync(_ => true);
        Assert.Equal(("test.paid", "paid-1", "o-1", """{"ok":true}"""), (received["ce-type"], received["ce-id"], received["ce-partitionkey"], received.Body));
        Assert.StartsWith($"00-{TraceId}-", received["traceparent"]);
        Assert.Single(payments.Requests.Items);
    }

    [Fact]
    public async Task A_failed_delivery_is_repeated_after_the_policys_backoff()
    {
        await using var function = await FunctionServer.StartAsync(request => request.Delivery < 3 ? Answer.Of(500) : Answer.Done);
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work", "retry: 5, backoffPolicy: linear, backoffDelay: PT0.3S"), Yaml.Publishers());

        await mesh.PublishAsync("test.made", "e-1");

        var received = await function.Requests.AtLeastAsync(3, _ => true);
        Assert.Equal([1, 2, 3], received.Select(request => request.Delivery));
        var waits = received.Zip(received.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one.At, next.At).TotalSeconds).ToArray();
        Assert.InRange(waits[0], 0.28, 5);
        Assert.InRange(waits[1], 0.58, 5);
    }

    [Fact]
    public async Task Events_of_a_key_keep_their_order_through_failures_while_other_keys_flow()
    {
        const int Events = 6;
        var othersDone = new TaskCompletionSource();
        var others = 0;
        await using var function = await FunctionServer.StartAsync(request =>
        {
            if (request["ce-partitionkey"] == "free")
            {
                if (Interlocked.Increment(ref others) == Events) othersDone.SetResult();
                return Answer.Done;
            }

            // The key's first event fails until every event of the other key has come, then once more for the third.
            return request["ce-id"] == "stuck-1" && !othersDone.Task.IsCompleted || request["ce-id"] == "stuck-3" && request.Delivery == 1 ? Answer.Of(503) : Answer.Done;
        });
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("work", function.Url), Yaml.Subscription("work-it", "test.made", "work", "retry: 1000, backoffPolicy: linear, backoffDelay: PT0.05S, backoffMax: PT0.1S"), Yaml.Publishers());

        for (var number = 1; number <= Events; number++) await mesh.PublishAsync("test.made", $"stuck-{number}", "stuck");
        await function.Requests.FirstAsync(request => request["ce-id"] == "stuck-1");
        for (var number = 1; number <= Events; number++) await mesh.PublishAsync("test.made", $"free-{number}", "free");

        var received = await function.Requests.WhenAsync(seen => seen.Any(request => request["ce-id"] == $"stuck-{Events}"));
        string[] InOrder(string key) => [.. Enumerable.Range(1, Events).Select(number => $"{key}-{number}")];
        string[] Seen(string key) => [.. received.Where(request => request["ce-partitionkey"] == key).Select(request => request["ce-id"]!)];
        Assert.Equal(InOrder("free"), Seen("free"));
        Assert.Equal(InOrder("stuck"), Seen("stuck").Distinct());
        Assert.Equal(Seen("stuck").Order(StringComparer.Ordinal), Seen("stuck"));
        Assert.Equal([1, 2], received.Where(request => request["ce-id"] == "stuck-3").Select(request => request.Delivery).Distinct());
    }
}
