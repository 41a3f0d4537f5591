using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace FnMesh.Bench;

/// <summary><c>fnmesh up</c> on a folder of its own, in a process of its own.</summary>
internal sealed class RunningMesh : IAsyncDisposable
{
    private readonly Process _process;
    /// <summary>The revision whose place members take that are started by hand.</summary>
    public const string Member = "member-v1";

    private RunningMesh(Process process, string folder, Uri gateway, Uri control) => (_process, Folder, Gateway, Control) = (process, folder, gateway, control);

    public string Folder { get; }

    public Uri Gateway { get; }

    public Uri Control { get; }

    public int Id => _process.Id;

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of the process in memory now.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="function">Who gets every call from outside but those to <c>/big</c>, with nothing but what holds by default.</param>
    /// <param name="big">Who gets those.</param>
    public static Task<RunningMesh> StartSlowAsync(string program, string function, string big) => StartWithAsync(program, $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: open }
        spec: { revisions: [ { name: open-v1, run: { url: "{{function}}" } } ] }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: big }
        spec: { revisions: [ { name: big-v1, run: { url: "{{big}}" } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: all }
        spec:
          parentRefs: [ { name: edge } ]
          rules:
            - { matches: [ { path: { value: /big } } ], backendRefs: [ { name: big } ] }
            - { backendRefs: [ { name: open } ] }
        """);

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="function">Who gets every event; null for nobody.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    public static Task<RunningMesh> StartAsync(string program, string? function, IReadOnlyDictionary<string, string> environment) =>
        StartWithAsync(program, Publishing + (function is null ? null : Delivering(function)), environment);

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="command">What runs until a member takes its place.</param>
    public static Task<RunningMesh> StartMemberAsync(string program, IEnumerable<string> command) => StartWithAsync(program, $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: member }
        spec: { revisions: [ { name: {{Member}}, run: { command: {{JsonSerializer.Serialize(command)}} } } ] }
        """);

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="command">What runs four times.</param>
    /// <param name="algorithm">How calls are shared among the four.</param>
    public static Task<RunningMesh> StartBalancedAsync(string program, IEnumerable<string> command, string algorithm) => StartWithAsync(program, Balanced(command, "") + $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: work }
        spec: { targetRefs: [ { kind: FunctionApp, name: balanced } ], loadBalancing: { algorithm: {{algorithm}} } }
        """);

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="command">What runs four times, and is called with three retries.</param>
    public static Task<RunningMesh> StartDownAsync(string program, IEnumerable<string> command) =>
        StartWithAsync(program, Balanced(command, ", retry: { attempts: 3, codes: [ 500, 502, 503, 504 ], backoff: 25ms }, timeouts: { request: 5s, backendRequest: 500ms }"));

    private static string Balanced(IEnumerable<string> command, string more) => $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: balanced }
        spec: { revisions: [ { name: balanced-v1, replicas: 4, run: { command: {{JsonSerializer.Serialize(command)}} } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: work }
        spec: { parentRefs: [ { name: edge } ], rules: [ { backendRefs: [ { name: balanced } ]{{more}} } ] }

        """;

    /// <summary>How many calls of callers from outside <see cref="StartFullAsync"/> lets in.</summary>
    public const int OutsidePlaces = 3;

    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="function">Who gets the calls that are let in.</param>
    public static Task<RunningMesh> StartFullAsync(string program, string function) => StartWithAsync(program, $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: full }
        spec: { limits: { inFlight: 4 } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: silent }
        spec: { revisions: [ { name: silent-v1, run: { url: "{{function}}" } } ] }
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: all }
        spec: { parentRefs: [ { name: edge } ], rules: [ { timeouts: { request: 0s }, backendRefs: [ { name: silent } ] } ] }
        """);

    private static async Task<RunningMesh> StartWithAsync(string program, string policy, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("fnmesh-bench-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "policies"));
        await File.WriteAllTextAsync(Path.Combine(folder, "policies", "mesh.yaml"), policy);
        var start = new ProcessStartInfo(program, ["up", folder, "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0", "--no-watch"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("ready ", StringComparison.Ordinal)) continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            using var ready = JsonDocument.Parse(line["ready ".Length..]);
            return new(process, folder, new Uri(ready.RootElement.GetProperty("gateway").GetString()!), new Uri(ready.RootElement.GetProperty("control").GetString()!));
        }

        throw new InvalidOperationException("the gateway did not start; its messages are above");
    }

    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private const string Publishing = """
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: bench }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: publishers }
        spec:
          targetRefs: [ { kind: Broker, name: default } ]
          action: ALLOW
          rules:
            - from: [ { principals: [ anonymous ] } ]
              to: [ { operations: [ publish ], eventTypes: [ bench.* ] } ]

        """;

    private static string Delivering(string function) => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: taker }
        spec:
          revisions:
            - { name: taker-v1, run: { url: "{{function}}" } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: all }
        spec:
          types: [ bench.happened ]
          sink: { ref: { name: taker }, uri: /events }

        """;
}
