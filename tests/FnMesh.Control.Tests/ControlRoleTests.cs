using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FnMesh.Control.Nodes;
using FnMesh.Control.Tests.Nodes;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Declarations;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Control.Tests;

/// <summary>Control as a whole: files, nodes, and what people are told.</summary>
public sealed class ControlRoleTests : IAsyncLifetime
{
    private const string Shop = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: pricing }
        spec: { revisions: [ { name: pricing-v1, run: { command: [ pricing ] } }, { name: pricing-v2, run: { command: [ pricing ] } } ] }
        """;

    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _stop = new(TestPlane.Patience);
    private readonly List<MeshNode> _nodes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private ControlRole _control = null!;
    private Task _following = Task.CompletedTask;

    private CancellationToken Deadline => _stop.Token;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("policies/mesh.yaml", Shop);
        await StartAsync();
    }

    private async Task StartAsync()
    {
        var policies = new PolicyFolder(_folder["policies"], TimeProvider.System);
        var policy = policies.Load();
        var options = new ControlRoleOptions
        {
            ApiPort = 0,
            Plane = new ControlPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Directory = _folder["control"], TrustDomain = policy.Snapshot!.TrustDomain, Heartbeat = TimeSpan.FromMilliseconds(100) },
        };
        _control = await ControlRole.StartAsync(options, policies, policy, NullLoggerFactory.Instance, TimeProvider.System, Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in _nodes) await node.DisposeAsync();
        await _control.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_revision_whose_subscription_is_invalid_is_refused_alone_and_the_list_of_nodes_says_why()
    {
        await GatewayAsync();
        _following = _control.FollowAsync((_, _, _) => default, Deadline);
        var good = await FunctionAsync("good");
        var bad = await FunctionAsync("bad");

        Assert.Empty(await good.AnnounceAsync(Endpoint(4711, "pricing-v1", Declared("pricing-v1", filter: null)), Deadline));
        var faults = await bad.AnnounceAsync(Endpoint(4712, "pricing-v2", Declared("pricing-v2", filter: "subject LIKE")), Deadline);

        Assert.Contains("count", Assert.Single(faults), StringComparison.Ordinal);
        var nodes = await NodesAsync();
        Assert.Equal(("serving", 0), (nodes["good"].GetProperty("state").GetString(), nodes["good"].GetProperty("faults").GetArrayLength()));
        Assert.Equal(("refused", faults[0]), (nodes["bad"].GetProperty("state").GetString(), nodes["bad"].GetProperty("faults")[0].GetString()));
        Assert.Equal([4711], _control.Plane.Endpoints.Revisions.SelectMany(revision => revision.Endpoints).Select(endpoint => endpoint.Port));
        Assert.Contains(_control.Current!.Snapshot!.Subscriptions, subscription => subscription.Name == "pricing-count");
    }

    [Fact]
    public async Task A_control_that_starts_again_publishes_what_functions_declared_before_from_its_first_policy_on()
    {
        _following = _control.FollowAsync((_, _, _) => default, Deadline);
        var good = await FunctionAsync("good");
        Assert.Empty(await good.AnnounceAsync(Endpoint(4711, "pricing-v1", Declared("pricing-v1", filter: null)), Deadline));
        await _control.DisposeAsync();

        await StartAsync();

        Assert.Contains(_control.Current!.Snapshot!.Subscriptions, subscription => subscription.Name == "pricing-count");
        Assert.Equal([4711], _control.Plane.Endpoints.Revisions.SelectMany(revision => revision.Endpoints).Select(endpoint => endpoint.Port));
    }

    [Fact]
    public async Task A_policy_that_no_gateway_takes_is_given_up_and_the_same_policy_is_offered_again_with_the_next_edit()
    {
        var served = new Served();
        var gateway = await GatewayAsync(served);
        var outcomes = System.Threading.Channels.Channel.CreateUnbounded<Reconciliation>();
        _following = _control.FollowAsync((_, outcome, _) => outcomes.Writer.WriteAsync(outcome), Deadline);
        var before = _control.Current!.Snapshot!.Hash;
        served.Faults = ["the event log is locked"];

        _folder.Write("policies/mesh.yaml", Shop + More("one"));
        Assert.Equal(Reconciliation.Refused, await outcomes.Reader.ReadAsync(Deadline));
        var node = (await NodesAsync())["gateway"];
        Assert.Equal(("refused", before, before), (node.GetProperty("state").GetString(), node.GetProperty("policy").GetString(), _control.Current!.Snapshot!.Hash));
        Assert.Matches("^does not take policy [0-9a-f]{8}: the event log is locked$", node.GetProperty("faults")[0].GetString());

        served.Faults = [];
        _folder.Write("policies/mesh.yaml", Shop + More("one") + "\n# once more\n");
        Assert.Equal(Reconciliation.Published, await outcomes.Reader.ReadAsync(Deadline));
        Assert.Equal("serving", (await NodesAsync())["gateway"].GetProperty("state").GetString());
        Assert.NotNull(gateway);
    }

    [Fact]
    public async Task Identities_are_rotated_on_demand_and_no_web_page_may_demand_it()
    {
        await GatewayAsync();
        var before = await _http.GetFromJsonAsync<JsonElement>(new Uri(_control.Address, "/api/v1/identity"), Deadline);

        using var rotated = await _http.PostAsync(new Uri(_control.Address, "/api/v1/identity/rotate?authority=true"), null, Deadline);
        var after = await rotated.Content.ReadFromJsonAsync<JsonElement>(Deadline);
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.NotEqual(Name(before), Name(after));
        Assert.True(after.GetProperty("authorities")[0].GetProperty("signs").GetBoolean());

        foreach (var (header, value) in new[] { ("Origin", "http://evil.example"), ("Sec-Fetch-Site", "cross-site") })
        {
            using var page = new HttpRequestMessage(HttpMethod.Post, new Uri(_control.Address, "/api/v1/identity/rotate")) { Headers = { { header, value } } };
            Assert.Equal(HttpStatusCode.Forbidden, (await _http.SendAsync(page, Deadline)).StatusCode);
        }

        using var odd = await _http.PostAsync(new Uri(_control.Address, "/api/v1/identity/rotate?authority=yes"), null, Deadline);
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
    }

    [Fact]
    public async Task A_rotation_that_cannot_be_kept_on_disk_says_so_and_the_authority_stays()
    {
        await GatewayAsync();
        var before = await _http.GetFromJsonAsync<JsonElement>(new Uri(_control.Address, "/api/v1/identity"), Deadline);
        // As a full disk does: what is to be written beside the file cannot be.
        Directory.CreateDirectory(_folder[$"control/authority.json.{Environment.ProcessId}.new"]);

        using var rotated = await _http.PostAsync(new Uri(_control.Address, "/api/v1/identity/rotate?authority=true"), null, Deadline);

        Assert.Equal((HttpStatusCode.InsufficientStorage, "application/problem+json"), (rotated.StatusCode, rotated.Content.Headers.ContentType?.MediaType));
        var detail = (await rotated.Content.ReadFromJsonAsync<JsonElement>(Deadline)).GetProperty("detail").GetString();
        Assert.StartsWith($"the authority could not be kept in {_folder["control"]}: ", detail, StringComparison.Ordinal);
        Assert.EndsWith("; make room there and rotate again", detail, StringComparison.Ordinal);
        var after = await _http.GetFromJsonAsync<JsonElement>(new Uri(_control.Address, "/api/v1/identity"), Deadline);
        Assert.Equal(before.GetProperty("authorities").GetRawText(), after.GetProperty("authorities").GetRawText());
    }

    private async Task<MeshNode> GatewayAsync(Served? served = null)
    {
        var node = await JoinAsync("gateway", Role.Gateway, SpiffeId.Gateway(_control.Plane.Authority.TrustDomain));
        node.Connect((served ?? new Served()).Duties);
        await node.AnnounceAsync(new Announcement { Gateway = new GatewayAddresses { Edge = "http://127.0.0.1:1", Mesh = "https://127.0.0.1:2" } }, Deadline);
        await _control.Plane.WhenServedAsync(Deadline);
        return node;
    }

    private async Task<MeshNode> FunctionAsync(string name)
    {
        var node = await JoinAsync(name, Role.Function, SpiffeId.App(_control.Plane.Authority.TrustDomain, "default", "pricing"));
        node.Connect(new NodeDuties());
        return node;
    }

    private async Task<MeshNode> JoinAsync(string name, Role role, SpiffeId id)
    {
        _folder.Write($"{name}.token", _control.Plane.IssueToken(id, TimeSpan.FromHours(1)).Reveal());
        var options = new NodeOptions { Name = name, Role = role, Directory = _folder[name], Control = _control.Plane.Address, JoinTokenFile = _folder[$"{name}.token"], Seed = 7 };
        var node = await MeshNode.StartAsync(options, NullLoggerFactory.Instance, TimeProvider.System, Deadline);
        _nodes.Add(node);
        return node;
    }

    private static Announcement Endpoint(int port, string revision, byte[] manifest) => TestPlane.Endpoint($"https://127.0.0.1:{port}", revision, manifest);

    private static byte[] Declared(string revision, string? filter) => DeclarationJson.Write(new Declaration(
        "pricing", revision, [new DeclaredFunction { Name = "count", Trigger = DeclaredTrigger.Event, Target = "/_fnmesh/functions/count", EventTypes = ["shop.order.placed"], Filter = filter }]));

    private async Task<Dictionary<string, JsonElement>> NodesAsync() =>
        (await _http.GetFromJsonAsync<JsonElement>(new Uri(_control.Address, "/api/v1/nodes"), Deadline)).GetProperty("items").EnumerateArray().ToDictionary(node => node.GetProperty("name").GetString()!);

    private static string Name(JsonElement identity) => identity.GetProperty("authorities")[0].GetProperty("name").GetString()!;

    private static string More(string app) => $"\n---\napiVersion: fnmesh.dev/v1alpha1\nkind: FunctionApp\nmetadata: {{ name: {app} }}\nspec: {{ revisions: [ {{ name: {app}-v1, run: {{ url: 'http://127.0.0.1:9' }} }} ] }}\n";
}
