using FnMesh.Policy.Declarations;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests;

public class DeclaredPolicyTests
{
    private const string Files = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: orders }
        spec: { revisions: [ { name: orders-v1, run: { command: [ orders ] } }, { name: orders-v2, run: { command: [ orders ] } } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: billing }
        spec: { revisions: [ { name: billing-v1, run: { command: [ billing ] } } ] }
        """;

    private static readonly DeclaredFunction Reprice = new()
    {
        Name = "reprice",
        Trigger = DeclaredTrigger.Event,
        Target = "/_fnmesh/functions/reprice",
        EventTypes = ["shop.stock.changed"],
        Retry = new DeclaredRetry(5, 200, 60_000),
    };

    private static readonly DeclaredFunction Place = new() { Name = "place", Trigger = DeclaredTrigger.Http, Route = "orders/{id}", Methods = ["GET", "PUT"], Level = "anonymous" };

    [Fact]
    public void A_function_that_takes_events_becomes_a_subscription()
    {
        var subscription = Assert.Single(Compile([Declared("orders-v1", Reprice)]).Compilation.Snapshot!.Subscriptions);
        Assert.Equal("orders-reprice", subscription.Name);
        Assert.Equal(["shop.stock.changed"], subscription.Types);
        Assert.Equal("/_fnmesh/functions/reprice", subscription.Sink.Uri);
        Assert.Equal((5, BackoffPolicy.Exponential, TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1)), (subscription.Delivery.Retry, subscription.Delivery.BackoffPolicy, subscription.Delivery.BackoffDelay, subscription.Delivery.BackoffMax));
    }

    [Fact]
    public void A_function_that_anybody_may_call_becomes_a_route_where_attributes_make_routes()
    {
        var route = Assert.Single(Compile([Declared("orders-v1", Place)]).Compilation.Snapshot!.Routes);
        Assert.Equal("orders-place", route.Name);
        Assert.All(route.Rules[0].Matches, match => Assert.Equal((PathMatchType.PathPrefix, "/orders"), (match.PathType, match.Path)));
        Assert.Equal(["GET", "PUT"], route.Rules[0].Matches.Select(match => match.Method));
        Assert.Empty(DeclaredPolicy.Compile([new PolicySource("p.yaml", Files)], [Declared("orders-v1", Place)], attributeRoutes: false).Compilation.Snapshot!.Routes);
    }

    [Fact]
    public void A_function_that_takes_many_events_gets_them_in_batches_with_or_without_a_retry_of_its_own()
    {
        Assert.Equal(64, Assert.Single(Compile([Declared("orders-v1", Reprice with { Batch = 64 })]).Compilation.Snapshot!.Subscriptions).Delivery.Batch?.Size);
        Assert.Equal(64, Assert.Single(Compile([Declared("orders-v1", Reprice with { Batch = 64, Retry = null })]).Compilation.Snapshot!.Subscriptions).Delivery.Batch?.Size);
    }

    [Fact]
    public void A_function_whose_server_asks_for_keys_becomes_a_route_whatever_its_level()
    {
        var compiled = Compile([Declared("orders-v1", Place with { Level = "function", ChecksKeys = true }, Place with { Name = "closed", Level = "function" })]);
        Assert.Equal("orders-place", Assert.Single(compiled.Compilation.Snapshot!.Routes).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_Mesh_says_whether_attributes_make_routes_where_it_says_it(bool written)
    {
        var mesh = $"---\napiVersion: fnmesh.dev/v1alpha1\nkind: Mesh\nmetadata: {{ name: shop }}\nspec: {{ edge: {{ attributeRoutes: {(written ? "true" : "false")} }} }}\n";
        var compiled = DeclaredPolicy.Compile([new PolicySource("p.yaml", Files), new PolicySource("mesh.yaml", mesh)], [Declared("orders-v1", Place)], attributeRoutes: !written);
        Assert.Equal(written, compiled.Compilation.Snapshot!.Routes.Length == 1);
    }

    [Fact]
    public void What_a_file_says_of_the_same_name_wins()
    {
        const string Written = """

            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: orders-reprice }
            spec: { types: [ other ], sink: { ref: { name: orders }, uri: /other } }
            """;
        var compiled = DeclaredPolicy.Compile([new PolicySource("p.yaml", Files + Written)], [Declared("orders-v1", Reprice)], attributeRoutes: true);
        Assert.Equal(["other"], Assert.Single(compiled.Compilation.Snapshot!.Subscriptions).Types);
        Assert.Empty(compiled.Faults);
    }

    [Fact]
    public void A_revision_whose_subscription_is_invalid_is_refused_alone_with_the_place_of_the_fault()
    {
        var compiled = Compile([Declared("orders-v1", Reprice), new Declaration("billing", "billing-v1", [Reprice with { Filter = "type LIKE x" }])]);
        Assert.Equal("orders-reprice", Assert.Single(compiled.Compilation.Snapshot!.Subscriptions).Name);
        var (revision, faults) = Assert.Single(compiled.Faults);
        Assert.Equal(("billing", "billing-v1"), revision);
        Assert.StartsWith("in code, billing-v1 reprice: ", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_of_a_function_becomes_that_of_its_subscription()
    {
        var subscription = Assert.Single(Compile([Declared("orders-v1", Reprice with { Filter = "subject LIKE 'sku-%'" })]).Compilation.Snapshot!.Subscriptions);
        Assert.Equal(new EventFilter.Sql("subject LIKE 'sku-%'"), Assert.Single(subscription.Filters));
    }

    [Fact]
    public void A_filter_of_a_function_that_is_none_is_refused_with_the_function_the_place_and_the_mend()
    {
        var fault = Assert.Single(Assert.Single(Compile([Declared("orders-v1", Reprice with { Filter = "subject LIKE sku" })]).Faults).Value);
        Assert.Equal("in code, orders-v1 reprice: error FNM1260: this is no filter in CESQL at character 14: LIKE takes a text in quotes, not 'sku', in: subject LIKE »sku«", fault);
    }

    [Fact]
    public void Idempotent_functions_travel_with_their_revision_beside_all_others_that_a_call_may_reach()
    {
        var compiled = Compile([Declared("orders-v1", Place with { Idempotent = true }, Place with { Name = "pay", Route = "orders/{id}/pay", Methods = ["POST"] }, Reprice)]).Compilation;
        var revisions = compiled.Snapshot!.Apps.Single(app => app.Name == "orders").Revisions;
        Assert.Equal([("orders/{id}/pay", false), ("orders/{id}", true)], revisions[0].Calls!.Value.Select(call => (call.Route, call.Idempotent)));
        Assert.Null(revisions[1].Calls);
        Assert.NotNull(PolicySnapshotJson.Read(PolicySnapshotJson.Write(compiled.Snapshot)));
    }

    [Fact]
    public void Functions_of_which_none_is_idempotent_do_not_travel() =>
        Assert.All(Compile([Declared("orders-v1", Place)]).Compilation.Snapshot!.Apps.SelectMany(app => app.Revisions), revision => Assert.Null(revision.Calls));

    [Fact]
    public void Functions_of_two_apps_that_match_the_same_get_a_warning_with_both_their_names()
    {
        var warning = Assert.Single(Compile([Declared("orders-v1", Place), new Declaration("billing", "billing-v1", [Place with { Name = "bill" }])]).Compilation.Diagnostics);
        Assert.Equal(("FNM1404", Severity.Warning, "in code, orders-v1 place"), (warning.Code, warning.Severity, warning.Origin.File));
        Assert.StartsWith("in code, orders-v1 place: warning FNM1404: HTTPRoute 'orders-place' gets no call on edge for GET /orders/*: HTTPRoute 'billing-bill' (in code, billing-v1 bill) matches the same", warning.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_of_one_app_that_match_the_same_are_its_own_affair() =>
        Assert.Empty(Compile([Declared("orders-v1", Place, Place with { Name = "pay", Route = "orders/{id}/pay" })]).Compilation.Diagnostics);

    [Fact]
    public void Functions_that_the_edge_does_not_lead_to_travel_with_their_revision()
    {
        var compiled = Compile([Declared("orders-v1", Place with { Level = null }, Place with { Name = "audit", Route = "audit", Level = "admin" }, Place with { Name = "open" }, Reprice)]).Compilation;
        var revisions = compiled.Snapshot!.Apps.Single(app => app.Name == "orders").Revisions;
        Assert.Equal([("audit", "admin"), ("place", (string?)null)], revisions[0].Unrouted!.Value.Select(call => (call.Function, call.Level)));
        Assert.Null(revisions[1].Unrouted);
    }

    [Fact]
    public void Of_several_revisions_that_declare_a_function_the_last_in_the_list_counts()
    {
        var compiled = Compile([Declared("orders-v2", Reprice with { EventTypes = ["new"] }), Declared("orders-v1", Reprice)]);
        Assert.Equal(["new"], Assert.Single(compiled.Compilation.Snapshot!.Subscriptions).Types);
    }

    [Fact]
    public void What_a_revision_that_is_gone_declared_is_forgotten() => Assert.Empty(Compile([Declared("orders-v9", Reprice)]).Compilation.Snapshot!.Subscriptions);

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("{\"app\":\"a\",\"revision\":\"r\",\"functions\":[null]}")]
    [InlineData("{\"app\":\"a\",\"revision\":\"r\",\"functions\":[{\"name\":\"f\",\"trigger\":\"Http\",\"methods\":[],\"eventTypes\":[],\"level\":\"\"}]}")]
    public void What_is_no_declaration_is_said_to_be_none(string json)
    {
        Assert.Null(DeclarationJson.Read(System.Text.Encoding.UTF8.GetBytes(json), out var fault));
        Assert.NotEmpty(fault!);
    }

    [Fact]
    public void A_declaration_is_read_as_it_was_written()
    {
        var read = DeclarationJson.Read(DeclarationJson.Write(Declared("orders-v1", Reprice, Place)), out var fault);
        Assert.Null(fault);
        Assert.Equal(["reprice", "place"], read!.Functions.Select(function => function.Name));
        Assert.Equal(Reprice.Retry, read.Functions[0].Retry);
    }

    private static Declaration Declared(string revision, params DeclaredFunction[] functions) => new("orders", revision, [.. functions]);

    private static DeclaredPolicy Compile(Declaration[] declarations) => DeclaredPolicy.Compile([new PolicySource("p.yaml", Files)], declarations, attributeRoutes: true);
}
