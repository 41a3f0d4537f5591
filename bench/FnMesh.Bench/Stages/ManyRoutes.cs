using System.Globalization;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Bench.Stages;

/// <summary>A policy with so many routes of every kind, a split, authorization, retry, breaker, timeouts and limits; and calls that they take.</summary>
/// <param name="count">How many routes.</param>
internal sealed class ManyRoutes(int count)
{
    private const int PerFile = 400;

    private static readonly string[] Kinds = ["exact", "prefix", "template", "host", "header", "pattern"];

    public int Count => count;

    public PolicySnapshot Compile()
    {
        var files = Enumerable.Range(0, count).Chunk(PerFile).Select((routes, file) => new PolicySource($"routes-{file}.yaml", string.Concat(routes.Select(Route)))).Prepend(new PolicySource("mesh.yaml", Mesh));
        var compiled = PolicyCompiler.Compile([.. files]);
        return compiled.Snapshot ?? throw new InvalidOperationException(string.Join('\n', compiled.Diagnostics));
    }

    public static EndpointSnapshot Endpoints { get; } = new([Revision("answer-v1", 5001), Revision("answer-v2", 5002)]);

    /// <summary>The calls of a kind: host, path, and a header's value or null. They go over all routes of the kind.</summary>
    public IEnumerable<(string Host, string Path, string? Version)> Calls(string kind)
    {
        var place = Array.IndexOf(Kinds, kind);
        if (place < 0) return Enumerable.Range(0, count).Select(i => ("shop.example", string.Create(CultureInfo.InvariantCulture, $"/nothing/{i}"), (string?)null));
        return Enumerable.Range(0, count).Where(i => i % Kinds.Length == place).Select(i => (
            kind == "host" ? string.Create(CultureInfo.InvariantCulture, $"h{i}.example") : "shop.example",
            string.Create(CultureInfo.InvariantCulture, $"/{kind}/{i}{(kind is "exact" ? "" : "/42")}"),
            kind == "header" ? "2" : null));
    }

    public static IEnumerable<string> All => [.. Kinds, "no route"];

    private static string Route(int i)
    {
        var kind = Kinds[i % Kinds.Length];
        var match = kind switch
        {
            "exact" => $"path: {{ type: Exact, value: /exact/{i} }}",
            "header" => $"path: {{ type: PathPrefix, value: /header/{i} }}, headers: [ {{ name: x-version, value: \"2\" }} ]",
            "pattern" => $"path: {{ type: RegularExpression, value: \"/pattern/{i}/[0-9]+\" }}",
            // What a function's route with parameters becomes: a prefix and a method.
            "template" => $"path: {{ type: PathPrefix, value: /template/{i} }}, method: GET",
            _ => $"path: {{ type: PathPrefix, value: /{kind}/{i} }}",
        };
        return $$"""
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: { name: r{{i}} }
            spec: { parentRefs: [ { name: edge } ],{{(kind == "host" ? $" hostnames: [ h{i}.example ]," : "")}} rules: [ { matches: [ { {{match}} } ], backendRefs: [ { name: answer } ] } ] }

            """;
    }

    private static RevisionEndpoints Revision(string name, int port) => new("answer", name, WasReady: true, [new Uri($"http://127.0.0.1:{port}")]);

    private const string Mesh = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: answer }
        spec:
          revisions:
            - { name: answer-v1, run: { url: "http://127.0.0.1:5001" } }
            - { name: answer-v2, run: { url: "http://127.0.0.1:5002" } }
          traffic: [ { revisionName: answer-v1, percent: 90 }, { revisionName: answer-v2, percent: 10 } ]
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: careful }
        spec:
          targetRefs: [ { kind: FunctionApp, name: answer } ]
          timeouts: { request: 10s, backendRequest: 2s }
          retry: { attempts: 2, codes: [ 502, 503, 504 ], backoff: 50ms }
          circuitBreaker: { failureRatio: 0.5, minimumThroughput: 20, window: 10s, breakFor: 5s }
          limits: { requestsPerSecond: 1000000, inFlight: 10000, per: principal }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: readers }
        spec:
          targetRefs: [ { kind: FunctionApp, name: answer } ]
          action: ALLOW
          rules: [ { from: [ { principals: [ anonymous ] } ], to: [ { operations: [ call ], methods: [ GET, POST ], paths: [ "/*" ] } ] } ]

        """;
}
