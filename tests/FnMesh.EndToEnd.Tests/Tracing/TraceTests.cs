using System.Text.RegularExpressions;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Tracing;

public sealed partial class TraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task An_orders_trace_shows_the_edge_call_the_inner_call_each_publish_and_each_delivery_with_its_attempts()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        Uri gateway = null!;
        await using var pricing = await FunctionServer.StartAsync(_ => new Answer(200, "10"));
        await using var orders = await FunctionServer.StartAsync(async request =>
        {
            using var price = Traced(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, "/prices/sku-1")), request);
            using (await http.SendAsync(price))
            {
                using var placed = Traced(Event.Binary(gateway, "test.placed", "placed-1", "o-1"), request);
                using var answer = await http.SendAsync(placed);
                return Answer.Of((int)answer.StatusCode);
            }
        });
        await using var payments = await FunctionServer.StartAsync(request => request.Attempt == 1 ? Answer.Of(503) : Answer.Reply("test.paid", "paid-1"));
        await using var billing = await FunctionServer.StartAsync(request => request.Delivery == 1 ? Answer.Of(500) : Answer.Done);
        await using var mesh = await Mesh.StartAsync(
            Yaml.App("orders", orders.Url), Yaml.App("pricing", pricing.Url), Yaml.App("payments", payments.Url), Yaml.App("billing", billing.Url),
            Yaml.Route("orders", "orders"), Yaml.Route("prices", "pricing"),
            Yaml.Subscription("payments-charge", "test.placed", "payments"), Yaml.Subscription("billing-invoice", "test.paid", "billing"), Yaml.Publishers(),
            """
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: again }
            spec:
              targetRefs: [ { kind: Subscription, name: payments-charge } ]
              retry: { attempts: 1, codes: [ 503 ], backoff: 10ms, unsafeMethods: true }
            """);
        gateway = mesh.Up.Gateway;

        using var order = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/orders")) { Headers = { { "traceparent", $"00-{TraceId}-b7ad6b7169203331-01" } } };
        using var accepted = await mesh.Http.SendAsync(order);
        Assert.Equal(202, (int)accepted.StatusCode);
        await billing.Requests.AtLeastAsync(2, _ => true);

        // 2 calls, 2 publishes, 3 deliveries, and 1 + 1 + 2 + 1 + 1 attempts.
        var trace = await mesh.UntilAsync($"/api/v1/traces/{TraceId}", found => found.GetProperty("spans").GetArrayLength() >= 13);
        Assert.Equal(
            ["attempt 6", "call 2", "deliver 3", "publish 2"],
            trace.GetProperty("spans").EnumerateArray().GroupBy(span => span.GetProperty("kind").GetString()).Select(kind => $"{kind.Key} {kind.Count()}").Order());

        var shown = await mesh.CommandAsync("trace", TraceId);
        Assert.True(shown.Code == 0, $"{shown}");
        Assert.Equal(
            """
            POST /orders 202 N ms
            ├─ call    pricing-v1 GET /prices/sku-1 200 N ms
            └─ publish test.placed
               └─ deliver payments charge   attempt 1: 503   attempt 2: 200
                  └─ publish test.paid
                     ├─ deliver billing invoice 500
                     └─ deliver billing invoice (delivery 2) 204

            """,
            Duration().Replace(shown.Output.ReplaceLineEndings("\n"), " N ms"));
    }

    /// <summary>A function's own instrumentation carries the trace onward like this.</summary>
    private static HttpRequestMessage Traced(HttpRequestMessage request, Received received)
    {
        request.Headers.Add("traceparent", received["traceparent"]);
        if (received["tracestate"] is { } state) request.Headers.Add("tracestate", state);
        return request;
    }

    [GeneratedRegex(@" [\d.]+ m?s(?=\n)")]
    private static partial Regex Duration();
}
