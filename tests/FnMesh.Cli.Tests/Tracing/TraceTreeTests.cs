using System.Text.Json;
using FnMesh.Cli.Tracing;

namespace FnMesh.Cli.Tests.Tracing;

public class TraceTreeTests
{
    [Fact]
    public void A_call_and_the_events_that_it_caused_are_one_tree() => Assert.Equal(
        """
        POST /orders 202 41 ms
        ├─ call    pricing-v1 GET /prices/sku-1 200 6 ms
        └─ publish shop.order.placed
           └─ deliver payments charge   attempt 1: 503   attempt 2: 200
              └─ publish shop.order.paid → billing invoice 200

        """,
        Render(
            Call("c1", 0, "POST", "/orders", 202, 41, revision: "orders-v1"),
            Attempt("a1", "c1", 1, 1, 202),
            // The function's own spans stand between and are not known: the mesh parent links.
            Call("c2", 5, "GET", "/prices/sku-1", 200, 6.2, parent: "f1", meshParent: "a1", revision: "pricing-v1"),
            Attempt("a2", "c2", 6, 1, 200),
            Publish("p1", 20, "shop.order.placed", parent: "f2", meshParent: "a1"),
            Deliver("d1", 30, "payments-charge", "payments", 200, parent: "p1"),
            Attempt("a3", "d1", 31, 1, 503),
            Attempt("a4", "d1", 35, 2, 200),
            Publish("p2", 40, "shop.order.paid", parent: "f3", meshParent: "a4"),
            Deliver("d2", 50, "billing-invoice", "billing", 200, parent: "p2"),
            Attempt("a5", "d2", 51, 1, 200)));

    [Fact]
    public void Each_delivery_of_a_publish_has_a_line_and_a_redelivery_shows() => Assert.Equal(
        """
        publish shop.order.paid
        ├─ deliver billing invoice 200
        ├─ deliver shipping send   attempt 1: 503   attempt 2: Timeout
        ├─ deliver audit-log 403 Denied
        └─ deliver shipping send (delivery 2) 200

        """,
        Render(
            Publish("p1", 0, "shop.order.paid"),
            Deliver("d1", 1, "billing-invoice", "billing", 200, parent: "p1"),
            Deliver("d2", 2, "send", "shipping", 504, parent: "p1", verdict: "Timeout"),
            Attempt("a1", "d2", 3, 1, 503),
            Attempt("a2", "d2", 4, 2, null, "Timeout"),
            Deliver("d3", 5, "audit-log", null, 403, parent: "p1", verdict: "Denied"),
            Deliver("d4", 60, "send", "shipping", 200, parent: "p1", delivery: 2)));

    [Fact]
    public void A_single_delivery_that_came_again_is_not_hidden_on_one_line() => Assert.Equal(
        """
        publish shop.order.paid
        └─ deliver shipping send (delivery 3) 200

        """,
        Render(Publish("p1", 0, "shop.order.paid"), Deliver("d1", 1, "send", "shipping", 200, parent: "p1", delivery: 3)));

    [Fact]
    public void Refusals_and_retries_of_calls_show() => Assert.Equal(
        """
        GET /prices 200 1.3 s   attempt 1: Unreachable   attempt 2: 503   attempt 3: 200
        GET /secret 403 Denied 0.2 ms
        publish shop.secret 403 Denied

        """,
        Render(
            Call("c1", 0, "GET", "/prices", 200, 1250),
            Attempt("a1", "c1", 1, 1, null, "Unreachable"),
            Attempt("a2", "c1", 2, 2, 503),
            Attempt("a3", "c1", 3, 3, 200),
            Call("c2", 10, "GET", "/secret", 403, 0.2, verdict: "Denied"),
            Publish("p1", 20, "shop.secret", verdict: "Denied", status: 403)));

    [Fact]
    public void The_parent_that_is_known_wins_over_the_mesh_parent() => Assert.Equal(
        """
        GET /a 200 1 ms
        └─ call    GET /c 200 1 ms
        GET /b 200 1 ms

        """,
        Render(Call("c1", 0, "GET", "/a", 200, 1), Call("c2", 1, "GET", "/b", 200, 1), Call("c3", 2, "GET", "/c", 200, 1, parent: "c1", meshParent: "c2")));

    [Fact]
    public void Orphans_stand_at_the_top_and_none_is_lost() => Assert.Equal(
        """
        attempt 2 pricing-v1: 200
        └─ publish a.b
        call-less
        deliver shipping send 200

        """,
        Render(
            Attempt("a1", "gone", 0, 2, 200, revision: "pricing-v1"),
            Publish("p1", 1, "a.b", parent: "a1"),
            Span("x", 2, "unheard-of", "call-less", null, null, null, null, 1, "gone"),
            Deliver("d1", 3, "send", "shipping", 200, parent: "gone")));

    [Fact]
    public void Spans_in_a_ring_are_drawn_once_from_the_first() => Assert.Equal(
        """
        GET /a 200 1 ms
        └─ call    GET /b 200 1 ms
           ├─ call    GET /c 200 1 ms
           └─ call    GET /self 200 1 ms

        """,
        Render(
            Call("c1", 0, "GET", "/a", 200, 1, parent: "c3"),
            Call("c2", 1, "GET", "/b", 200, 1, parent: "c1"),
            Call("c3", 2, "GET", "/c", 200, 1, parent: "c2"),
            Call("c4", 3, "GET", "/self", 200, 1, parent: "c4", meshParent: "c2")));

    [Fact]
    public void A_deep_chain_is_drawn_whole_within_a_bound()
    {
        var spans = Enumerable.Range(0, 10_000).Select(i => Call($"c{i}", i, "GET", $"/{i}", 200, 1, parent: $"c{i - 1}")).ToArray();

        var lines = Render(spans).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(10_000, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length < 300));
    }

    [Fact]
    public void Any_shape_of_graph_ends_and_loses_no_span()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var spans = Enumerable.Range(0, 40).Select(i => Call(
                $"c{i}", random.Next(10), "GET", $"/{i}/", 200, 1, parent: $"c{random.Next(50)}", meshParent: $"c{random.Next(50)}")).ToArray();

            var tree = Render(spans);

            Assert.Equal(40, tree.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.All(Enumerable.Range(0, 40), i => Assert.Contains($" /{i}/ ", tree, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Text_from_outside_steers_no_terminal()
    {
        var tree = Render(Call("c1", 0, "GET", "/\u001b[2J\r\n\u0000\u202e", 200, 1));

        Assert.Equal("GET /\\u001b[2J\\u000d\\u000a\\u0000\\u202e 200 1 ms\n", tree);
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("{}", "")]
    [InlineData("""{"spans":null}""", "")]
    [InlineData("""{"spans":[]}""", "")]
    [InlineData("""{"spans":[{}]}""", "\n")]
    [InlineData("""{"spans":[{"kind":"call","spanId":7,"start":"never","durationMs":"x","status":1e99,"attributes":[]}]}""", " ?\n")]
    [InlineData("""{"spans":[7,{"kind":"deliver","name":"deliver x"}]}""", "\ndeliver deliver x ?\n")]
    public void What_is_missing_or_strange_is_left_out(string json, string tree)
    {
        using var trace = JsonDocument.Parse(json);

        Assert.Equal(tree, TraceTree.Render(trace.RootElement));
    }

    private static string Render(params object[] spans) => TraceTree.Render(JsonSerializer.SerializeToElement(new { traceId = "t", spans }));

    private static object Call(
        string id, int at, string method, string path, int status, double ms, string? parent = null, string? meshParent = null, string? revision = null, string verdict = "Answered") =>
        Span(id, at, "call", $"{method} {path}", status, verdict, meshParent, new() { ["http.request.method"] = method, ["url.path"] = path, ["fnmesh.revision"] = revision }, ms, parent);

    private static object Publish(string id, int at, string type, string? parent = null, string? meshParent = null, string verdict = "Answered", int status = 202) =>
        Span(id, at, "publish", "publish default", status, verdict, meshParent, new() { ["cloudevents.event_type"] = type }, 1, parent);

    private static object Deliver(string id, int at, string subscription, string? app, int status, string parent, string verdict = "Answered", int delivery = 1) =>
        Span(id, at, "deliver", $"deliver {subscription}", status, verdict, null, new() { ["fnmesh.subscription"] = subscription, ["fnmesh.app"] = app, ["fnmesh.delivery"] = delivery }, 1, parent);

    private static object Attempt(string id, string parent, int at, int number, int? status, string verdict = "Answered", string? revision = null) =>
        Span(id, at, "attempt", $"attempt {number}", status, verdict, null, new() { ["fnmesh.attempt"] = number, ["fnmesh.revision"] = revision }, 1, parent);

    private static object Span(
        string spanId, int at, string kind, string name, int? status, string? verdict, string? meshParentId, Dictionary<string, object?>? attributes, double durationMs, string? parentId) =>
        new { spanId, parentId, meshParentId, kind, name, start = DateTimeOffset.UnixEpoch.AddMilliseconds(at), durationMs, status, verdict, attributes };
}
