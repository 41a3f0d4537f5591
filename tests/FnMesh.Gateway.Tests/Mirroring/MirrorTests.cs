using System.Net;
using System.Text;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Mirroring;

/// <summary>Copies of calls, at the real edge: what they do, and what they cannot do to the calls.</summary>
public sealed class MirrorTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly SemaphoreSlim _copied = new(0);

    public void Dispose() => _copied.Dispose();

    [Fact]
    public async Task The_mirror_gets_what_the_function_got_and_the_caller_the_functions_answer()
    {
        await using var function = await ScriptedFunction.StartAsync(201);
        await using var mirror = await MirrorAsync(500);
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address, "", """
            { type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: /v1 } } }, { type: RequestHeaderModifier, requestHeaderModifier: { set: [ { name: x-shop, value: eu } ] } }
            """));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a/orders?x=1") { Content = new StringContent("{\"sku\":1}", Encoding.UTF8, "application/json") };
        request.Headers.Add("x-user", "ada");

        using var answer = await edge.Client.SendAsync(request, Cancel);
        await _copied.WaitAsync(Cancel);

        Assert.Equal((HttpStatusCode.Created, "answer 1"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.True(function.Requests.TryDequeue(out var original));
        Assert.True(mirror.Requests.TryDequeue(out var copy));
        Assert.Equal(("POST", "/v1/orders?x=1", "{\"sku\":1}"), (copy.Method, copy.Target, Encoding.UTF8.GetString(copy.Body)));
        string[] own = ["Host", "fnmesh-deadline", "fnmesh-mirrored"];
        Assert.Equal(original.Headers.Where(header => !own.Contains(header.Key)).Order(ByName.Instance), copy.Headers.Where(header => !own.Contains(header.Key)).Order(ByName.Instance));
        Assert.Equal("true", copy.Headers["fnmesh-mirrored"]);
        Assert.Equal("30000", copy.Headers["fnmesh-deadline"]);
        Assert.False(original.Headers.ContainsKey("fnmesh-mirrored"));
    }

    [Fact]
    public async Task Each_of_several_mirrors_gets_a_copy()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await MirrorAsync(200);
        await using var second = await MirrorAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("second", second.Address) + Shop(function.Address, mirror.Address, "", "{ type: RequestMirror, requestMirror: { backendRef: { name: second } } }"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        await _copied.WaitAsync(Cancel);
        await _copied.WaitAsync(Cancel);

        Assert.Equal((1, 1), (mirror.Requests.Count, second.Requests.Count));
    }

    [Fact]
    public async Task A_mirror_that_hangs_holds_up_nobody_and_what_is_too_much_for_it_is_dropped_and_counted()
    {
        TaskCompletionSource go = new();
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await ScriptedFunction.StartAsync(async (_, _) =>
        {
            _copied.Release();
            await go.Task;
        });
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address));
        for (var call = 0; call < 64; call++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
            await _copied.WaitAsync(Cancel);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));

        Assert.Contains("fnmesh_mirrors_total{fnmesh_app=\"mirror\",fnmesh_result=\"Busy\"} 2", edge.Metrics, StringComparison.Ordinal);
        Assert.Equal(64, mirror.Requests.Count);
        go.SetResult();
    }

    [Fact]
    public async Task A_mirror_that_is_not_there_changes_nothing()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        Uri gone;
        await using (var mirror = await MirrorAsync(200)) gone = mirror.Address;
        await using var edge = await Edge.StartAsync(Shop(function.Address, gone));

        for (var call = 0; call < 3; call++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
    }

    [Theory]
    [InlineData("percent: 25", 25)]
    [InlineData("fraction: { numerator: 1, denominator: 50 }", 2)]
    public async Task Of_a_hundred_calls_as_many_are_copied_as_the_policy_says(string part, int copies)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await MirrorAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address, $", {part}"));
        for (var call = 0; call < 100; call++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        for (var copy = 1; copy < copies; copy++) await _copied.WaitAsync(Cancel);

        Assert.InRange(mirror.Requests.Count, copies - 1, copies + 1);
    }

    [Fact]
    public async Task A_body_that_is_longer_than_what_is_kept_is_not_copied_and_counted()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await MirrorAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address));

        using var answer = await edge.Client.PostAsync("/a", new ByteArrayContent(new byte[100_000]), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("fnmesh_mirrors_total{fnmesh_app=\"mirror\",fnmesh_result=\"TooLarge\"} 1", edge.Metrics, StringComparison.Ordinal);
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public async Task Whom_the_mirrors_policy_denies_is_not_copied_to_it()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await MirrorAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address) + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: members }
            spec: { targetRefs: [ { kind: FunctionApp, name: mirror } ], action: ALLOW, rules: [ { from: [ { principals: [ app/* ] } ], to: [ { operations: [ call ] } ] } ] }

            """);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Contains("fnmesh_mirrors_total{fnmesh_app=\"mirror\",fnmesh_result=\"Denied\"} 1", edge.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_repeated_is_copied_once()
    {
        await using var function = await ScriptedFunction.StartAsync(503, 200, 200);
        await using var mirror = await MirrorAsync(200);
        await using var edge = await Edge.StartAsync(Shop(function.Address, mirror.Address));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        await _copied.WaitAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        await _copied.WaitAsync(Cancel);

        Assert.Equal((3, 2), (function.Requests.Count, mirror.Requests.Count));
    }

    [Fact]
    public async Task A_backends_own_mirror_copies_what_goes_there_and_an_edit_ends_it()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var mirror = await MirrorAsync(200);
        var apps = Yaml.App("shop", function.Address) + Yaml.App("mirror", mirror.Address);
        await using var edge = await Edge.StartAsync(apps + """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: shop }
            spec:
              parentRefs: [ { name: edge } ]
              rules: [ { backendRefs: [ { name: shop, filters: [ { type: RequestMirror, requestMirror: { backendRef: { name: mirror-v1 } } } ] } ] } ]

            """);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        await _copied.WaitAsync(Cancel);

        edge.Apply(apps + Yaml.Route("/a", "shop"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(edge));
        Assert.Single(mirror.Requests);
    }

    private static string Shop(Uri function, Uri mirror, string part = "", string filters = "") => Yaml.App("shop", function) + Yaml.App("mirror", mirror) + Yaml.Route(
        "/a", "shop", $", filters: [ {(filters.Length > 0 ? $"{filters.Trim()}, " : "")}{{ type: RequestMirror, requestMirror: {{ backendRef: {{ name: mirror }}{part} }} }} ]");

    private Task<ScriptedFunction> MirrorAsync(int status) => ScriptedFunction.StartAsync((context, _) =>
    {
        context.Response.StatusCode = status;
        _copied.Release();
        return Task.CompletedTask;
    });

    private static async Task<HttpStatusCode> StatusAsync(Edge edge)
    {
        using var answer = await edge.Client.GetAsync("/a", Cancel);
        return answer.StatusCode;
    }

    private sealed class ByName : IComparer<KeyValuePair<string, string>>
    {
        public static ByName Instance { get; } = new();

        public int Compare(KeyValuePair<string, string> one, KeyValuePair<string, string> other) => StringComparer.OrdinalIgnoreCase.Compare(one.Key, other.Key);
    }
}
