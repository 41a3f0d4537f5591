using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FnMesh.Control.Nodes;
using FnMesh.Control.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Control.Tests.Subscriptions;

/// <summary>The Subscriptions API over HTTP, on a control that follows its folder.</summary>
public sealed class SubscriptionsEndpointTests : IAsyncLifetime
{
    private const string Written = """
        # by hand
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: billing }
        spec: { revisions: [ { name: billing-v1, run: { url: "http://127.0.0.1:9" } } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: invoice }
        spec:
          source: /orders
          types: [ shop.paid ]
          filters:
            - exact: { region: eu }
            - all: [ { prefix: { subject: a } }, { any: [ { suffix: { subject: b } }, { not: { cesql: "hops < 5" } } ] } ]
            - data: { $.total: { min: 100, exists: true }, $.country: DE, $.kind: { in: [ a, 1, true ] } }
          sink: { ref: { name: billing }, uri: /events?n=1 }
          config: { start: { offset: 12 } }
        """;

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new(TestPlane.Patience);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private CancellationTokenSource _end = null!;
    private ControlRole _control = null!;
    private Task _following = Task.CompletedTask;

    private CancellationToken Deadline => _stop.Token;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("policies/mesh.yaml", Written);
        await StartAsync("policies");
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_subscription_that_is_created_is_live_has_the_shape_of_the_standard_and_stands_in_a_policy_document()
    {
        var wish = """
            { "protocol": "HTTP", "sink": "https://audit.example/in?a=b", "source": "/orders", "types": ["shop.paid", "shop.späte😀"], "config": { "start": "earliest" },
              "filters": [ { "exact": { "subject": "\"é\\ 😀: # {" } }, { "not": { "sql": "region = 'eu'" } }, { "data": { "$.n": { "above": 1.50 } } } ], "protocolsettings": { "method": "POST" } }
            """;
        using var answer = await SendAsync(HttpMethod.Post, "", wish);

        var made = await JsonOf(answer, HttpStatusCode.Created);
        var id = made["id"]!.ToString();
        Assert.Equal($"/api/v1/subscriptions/{id}", answer.Headers.Location!.ToString());
        var file = Path.Combine(_control.Folder.Path, "subscriptions", $"{id}.yaml");
        Assert.Equal($"{file}:2:1", made["origin"]!.ToString());
        var wanted = JsonNode.Parse(wish)!.AsObject();
        wanted.Remove("protocolsettings");
        (wanted["id"], wanted["origin"]) = (id, made["origin"]!.DeepClone());
        Assert.True(JsonNode.DeepEquals(wanted, made), made.ToJsonString());
        Assert.True(JsonNode.DeepEquals(made, await GetAsync($"/{id}")));
        Assert.Equal(2, (await GetAsync("")).AsArray().Count);
        Assert.Contains(_control.Current!.Snapshot!.Subscriptions, entry => entry.Name == id && entry.Origin.File == file);

        await EndAsync();
        await StartAsync("policies");
        Assert.True(JsonNode.DeepEquals(made, await GetAsync($"/{id}")));
    }

    [Fact]
    public async Task The_address_of_an_app_of_the_mesh_means_the_app()
    {
        var made = await JsonOf(await SendAsync(HttpMethod.Post, "", """{ "protocol": "HTTP", "sink": "http://billing/in//a?b=%20" }"""), HttpStatusCode.Created);

        Assert.Equal("http://billing/in//a?b=%20", made["sink"]!.ToString());
        var sink = _control.Current!.Snapshot!.Subscriptions.Single(entry => entry.Name == made["id"]!.ToString()).Sink;
        Assert.Equal(("billing", "/in//a?b=%20"), (Assert.Single(sink.Backends).App, sink.Uri));
    }

    [Fact]
    public async Task What_is_written_by_hand_is_read_in_the_shape_of_the_standard_and_changed_there_alone()
    {
        var read = await GetAsync("/invoice");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            { "id": "invoice", "source": "/orders", "types": ["shop.paid"], "config": { "start": "12" }, "sink": "http://billing/events?n=1", "protocol": "HTTP", "origin": "{{read["origin"]}}",
              "filters": [
                { "exact": { "region": "eu" } },
                { "all": [ { "prefix": { "subject": "a" } }, { "any": [ { "suffix": { "subject": "b" } }, { "not": { "sql": "hops < 5" } } ] } ] },
                { "data": { "$.total": { "min": 100, "exists": true }, "$.country": "DE", "$.kind": { "in": [ "a", 1, true ] } } } ] }
            """), read), read.ToJsonString());

        foreach (var (method, body) in new[] { (HttpMethod.Put, read.ToJsonString()), (HttpMethod.Delete, null) })
        {
            var refused = await JsonOf(await SendAsync(method, "/invoice", body), HttpStatusCode.Conflict);
            Assert.Matches(@"^it stands at .*mesh\.yaml:7:1, and the Subscriptions API did not make it; change it there$", refused["detail"]!.ToString());
        }

        Assert.Equal(Written, await File.ReadAllTextAsync(_folder["policies/mesh.yaml"], Deadline));
    }

    [Fact]
    public async Task A_subscription_of_the_API_is_replaced_as_a_whole_keeps_its_pause_and_is_deleted_with_its_document()
    {
        var id = (await JsonOf(await SendAsync(HttpMethod.Post, "", """{ "protocol": "HTTP", "sink": "https://a.example/", "types": ["shop.a"] }"""), HttpStatusCode.Created))["id"]!.ToString();
        using var paused = await SendAsync(HttpMethod.Put, $"/{id}/paused", """{ "paused": true }""");
        Assert.Equal(HttpStatusCode.OK, paused.StatusCode);

        var replaced = await JsonOf(await SendAsync(HttpMethod.Put, $"/{id}", $$"""{ "id": "{{id}}", "protocol": "HTTP", "sink": "https://b.example/", "source": "/b" }"""), HttpStatusCode.OK);
        Assert.Equal(("https://b.example/", "/b", null), (replaced["sink"]!.ToString(), replaced["source"]!.ToString(), replaced["types"]));
        Assert.True(_control.Current!.Snapshot!.Subscriptions.Single(entry => entry.Name == id).Paused);
        Assert.True(JsonNode.DeepEquals(replaced, await JsonOf(await SendAsync(HttpMethod.Put, $"/{id}", replaced.ToJsonString()), HttpStatusCode.OK)));

        using var deleted = await SendAsync(HttpMethod.Delete, $"/{id}", null);
        Assert.Equal((HttpStatusCode.OK, ""), (deleted.StatusCode, await deleted.Content.ReadAsStringAsync(Deadline)));
        Assert.Empty(Directory.GetFiles(_folder["policies/subscriptions"]));
        using var gone = await SendAsync(HttpMethod.Get, $"/{id}", null);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_document_that_somebody_has_taken_over_is_not_changed()
    {
        var id = (await JsonOf(await SendAsync(HttpMethod.Post, "", """{ "protocol": "HTTP", "sink": "https://a.example/" }"""), HttpStatusCode.Created))["id"]!.ToString();
        var file = _folder[$"policies/subscriptions/{id}.yaml"];
        var text = await File.ReadAllTextAsync(file, Deadline);
        var live = _control.NextReconciliation;
        await File.WriteAllTextAsync(file, text.Replace("subscriptions-api", "ops", StringComparison.Ordinal), Deadline);
        await live.WaitAsync(Deadline);

        await JsonOf(await SendAsync(HttpMethod.Delete, $"/{id}", null), HttpStatusCode.Conflict);
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "no JSON")]
    [InlineData("""{ "sink": "https://a.example", "sink": "https://b.example", "protocol": "HTTP" }""", "names a field twice")]
    [InlineData("""{ "sink": "https://a.example" }""", "'protocol' must be 'HTTP'")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "KAFKA" }""", "'protocol' must be 'HTTP'")]
    [InlineData("""{ "protocol": "HTTP" }""", "'sink' must be the address")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "id": "mine" }""", "'id' is given by this API")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "filter": [] }""", "there is no field 'filter'; did you mean 'filters'?")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "sinkcredential": { "credentialtype": "ACCESSTOKEN", "accesstoken": "x" } }""", "policies hold no secrets")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "protocolsettings": { "headers": { "a": "b" } } }""", "'protocolsettings.headers' is not supported")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "protocolsettings": { "method": "PUT" } }""", "must be POST")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "config": { "start": "soon" } }""", "'config' may have 'start' alone")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "config": { "interval": "5" } }""", "'config' may have 'start' alone")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "filters": { "exact": { "a": "b" } } }""", "'filters' and 'types' are lists")]
    public async Task What_is_no_subscription_is_refused_and_told(string body, string told)
    {
        var refused = await JsonOf(await SendAsync(HttpMethod.Post, "", body), HttpStatusCode.BadRequest);
        Assert.Contains(told, refused["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["policies/subscriptions"]));
    }

    [Theory]
    [InlineData("""{ "sink": "http://169.254.169.254/latest", "protocol": "HTTP" }""", "FNM1209")]
    [InlineData("""{ "sink": "http://127.0.0.1:7070/api", "protocol": "HTTP" }""", "FNM1209")]
    [InlineData("""{ "sink": "kafka://a", "protocol": "HTTP" }""", "FNM1209")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "filters": [ { "xpath": "/a" } ] }""", "FNM1103")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "filters": [ { "sql": "a LIKE" } ] }""", "FNM1260")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "filters": [ { "not": [] } ] }""", "FNM1105")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "types": [ 5 ] }""", "FNM1105")]
    [InlineData("""{ "sink": "https://a.example", "protocol": "HTTP", "source": { "a": "b" } }""", "FNM1105")]
    public async Task What_the_policy_cannot_hold_is_a_bad_request_with_its_diagnostics_and_writes_nothing(string body, string code)
    {
        var refused = await JsonOf(await SendAsync(HttpMethod.Post, "", body), HttpStatusCode.BadRequest);
        Assert.Contains(code, refused["diagnostics"]!.AsArray().Select(diagnostic => diagnostic!["code"]!.ToString()));
        Assert.False(Directory.Exists(_folder["policies/subscriptions"]));
    }

    [Theory]
    [InlineData("", "GET, POST, OPTIONS")]
    [InlineData("/invoice", "GET, PUT, DELETE, OPTIONS")]
    public async Task OPTIONS_tells_what_may_be_done(string path, string allowed)
    {
        using var answer = await SendAsync(HttpMethod.Options, path, null);
        Assert.Equal((HttpStatusCode.OK, allowed), (answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow)));
    }

    [Fact]
    public async Task Of_a_policy_that_is_one_file_nothing_is_created()
    {
        await EndAsync();
        await StartAsync("policies/mesh.yaml");
        var refused = await JsonOf(await SendAsync(HttpMethod.Post, "", """{ "protocol": "HTTP", "sink": "https://a.example/" }"""), HttpStatusCode.Conflict);
        Assert.Contains("start the mesh with a folder", refused["detail"]!.ToString(), StringComparison.Ordinal);
    }

    private async Task StartAsync(string path)
    {
        var policies = new PolicyFolder(_folder[path], TimeProvider.System);
        var policy = policies.Load();
        var options = new ControlRoleOptions
        {
            ApiPort = 0,
            Plane = new ControlPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Directory = _folder["control"], TrustDomain = policy.Snapshot!.TrustDomain },
        };
        _control = await ControlRole.StartAsync(options, policies, policy, NullLoggerFactory.Instance, TimeProvider.System, Deadline);
        _end = CancellationTokenSource.CreateLinkedTokenSource(Deadline);
        _following = _control.FollowAsync((_, _, _) => default, _end.Token);
    }

    private async Task EndAsync()
    {
        await _end.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _control.DisposeAsync();
        _end.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(_control.Address, "/api/v1/subscriptions" + path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await _http.SendAsync(request, Deadline);
    }

    private async Task<JsonNode> GetAsync(string path) => await JsonOf(await SendAsync(HttpMethod.Get, path, null), HttpStatusCode.OK);

    private async Task<JsonNode> JsonOf(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var text = await answer.Content.ReadAsStringAsync(Deadline);
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
