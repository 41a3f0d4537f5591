using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>A mesh of one test whose roles are processes of their own.</summary>
internal sealed class ApartMesh : IAsyncDisposable
{
    private readonly List<UpProcess> _processes = [];

    public TempFolder Folder { get; } = new();

    /// <summary>The control that was started last.</summary>
    public UpProcess Control { get; private set; } = null!;

    /// <summary>The gateway that was started last.</summary>
    public UpProcess Gateway { get; private set; } = null!;

    /// <summary>A caller at the edge.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Patience.Limit };

    /// <summary>The names of those whose join tokens control writes besides: <c>tokens/user-NAME</c>.</summary>
    public string[] People { get; init; } = [];

    public void Write(params IEnumerable<string> policies) => Folder.Write("policies/mesh.yaml", string.Join("\n---\n", policies));

    /// <param name="apps">Those whose join tokens it writes.</param>
    public async Task StartControlAsync(params IEnumerable<string> apps) => Control = await StartAsync(
        [],
        [
            "control", "-f", "policies", "--control-port", $"{Control?.Control.Port ?? 0}", "--node-listen", $"127.0.0.1:{Control?.Node!.Port ?? 0}", "--data-dir", "control", "--token", "gateway=tokens/gateway",
            .. apps.SelectMany(app => new[] { "--token", $"app/{app}=tokens/{app}" }),
            .. People.SelectMany(person => new[] { "--token", $"user/{person}=tokens/user-{person}" }),
        ]);

    /// <summary>Started again it listens where it did before.</summary>
    /// <param name="more">What else its environment says.</param>
    public async Task StartGatewayAsync(params IEnumerable<(string Name, string Value)> more) => Gateway = await StartAsync(
        [.. Join("gateway"), .. more], ["gateway", "--listen", $"127.0.0.1:{Gateway?.Gateway.Port ?? 0}", "--mesh-listen", $"127.0.0.1:{Gateway?.Mesh!.Port ?? 0}", "--data-dir", "gateway"]);

    /// <summary>Starts a gateway that takes over from the one that was started last.</summary>
    /// <returns>The one that was started last, which is ending.</returns>
    public async Task<UpProcess> UpgradeGatewayAsync(params IEnumerable<string> options)
    {
        var before = Gateway;
        Gateway = await StartAsync(Join("gateway"), ["gateway", "--listen", $"127.0.0.1:{before.Gateway.Port}", "--mesh-listen", $"127.0.0.1:{before.Mesh!.Port}", "--data-dir", "gateway", "--take-over", .. options]);
        return before;
    }

    /// <summary>Starts the relay behind a shim, as revision <c>APP-v1</c>.</summary>
    /// <param name="app">Whose token it is given.</param>
    /// <param name="to">Where the relay hands requests to.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="more">What else its environment says.</param>
    public async Task<UpProcess> StartShimAsync(string app, string to, string node, params IEnumerable<(string Name, string Value)> more)
    {
        var shim = BeginShim(app, to, node, more);
        await shim.BecomeReadyAsync();
        return shim;
    }

    /// <summary>Starts functions in C# as in production, by their environment alone, as revision <c>APP-v1</c>, and waits until they serve in the mesh.</summary>
    /// <param name="app">Whose token they are given.</param>
    /// <param name="program">The assembly.</param>
    /// <param name="to">What they know as <c>RELAY_TO</c>.</param>
    /// <param name="node">The node's name.</param>
    public async Task<UpProcess> StartFunctionsAsync(string app, string program, string to, string node)
    {
        var functions = UpProcess.StartFunctions(
            program, Folder.Path,
            [.. Join(app), ("FNMESH_REVISION", $"{app}-v1"), ("FNMESH_NODE", node), ("FNMESH_NODE_DIR", Folder[node]), (RelayFunction.To, to), ("Logging__LogLevel__Default", "Warning"), ("Logging__LogLevel__FnMesh", "Information")],
            $"{Folder.Path}#{_processes.Count}");
        _processes.Add(functions);
        await functions.ServeAsync($"{app}-v1");
        return functions;
    }

    /// <summary>As <see cref="StartShimAsync"/>, without waiting for it.</summary>
    public UpProcess BeginShim(string app, string to, string node, params IEnumerable<(string Name, string Value)> more) => Begin(
        [.. Join(app), ("FNMESH_REVISION", $"{app}-v1"), ("FNMESH_NODE", node), ("FNMESH_NODE_DIR", Folder[node]), (RelayFunction.To, to), .. more], ["shim", "--", .. RelayFunction.Command]);

    /// <summary>Starts a gateway that is to end by itself.</summary>
    public UpProcess BeginGateway(params IEnumerable<(string Name, string Value)> more) => Begin([.. Join("gateway"), .. more], ["gateway", "--listen", "127.0.0.1:0", "--mesh-listen", "127.0.0.1:0", "--data-dir", "gateway"]);

    /// <summary>Starts a gateway with its listeners at ports of the test, and does not wait for it.</summary>
    public UpProcess BeginGatewayAt(int edge, int members, params IEnumerable<(string Name, string Value)> more) =>
        Begin([.. Join("gateway"), .. more], ["gateway", "--listen", $"127.0.0.1:{edge}", "--mesh-listen", $"127.0.0.1:{members}", "--data-dir", "gateway"]);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(Gateway.Gateway, path));

    /// <summary>Whether a line of stderr says that a new policy is live.</summary>
    public static bool IsLive(string line) => line.StartsWith("policy ", StringComparison.Ordinal) && line.EndsWith(" live", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var process in _processes.AsEnumerable().Reverse()) await process.DisposeAsync();
        Folder.Dispose();
    }

    private (string Name, string Value)[] Join(string token) =>
        [("FNMESH_CONTROL", Control.Node!.GetLeftPart(UriPartial.Authority)), ("FNMESH_JOIN_TOKEN_FILE", Folder["tokens/" + token])];

    /// <summary>Runs a command of fnmesh against this mesh's control.</summary>
    public Task<Finished> CommandAsync(params IEnumerable<string> arguments) => FnMeshProgram.RunAsync(Folder.Path, [.. arguments, "--control", Control.Control.GetLeftPart(UriPartial.Authority)]);

    /// <summary>Runs a command of fnmesh as somebody whose data lies in this mesh's folder.</summary>
    /// <param name="token">The name of a file of <c>tokens/</c>.</param>
    /// <param name="arguments">The command.</param>
    public Task<Finished> CommandAsAsync(string token, params IEnumerable<string> arguments) => FnMeshProgram.RunAsync(
        Folder.Path,
        [("FNMESH_JOIN_TOKEN_FILE", Folder["tokens/" + token]), ("FNMESH_CONTROL", Control.Control.GetLeftPart(UriPartial.Authority)), ("XDG_DATA_HOME", Folder["home"]), ("HOME", Folder["home"])],
        arguments);

    private async Task<UpProcess> StartAsync((string Name, string Value)[] environment, string[] arguments)
    {
        var process = Begin(environment, arguments);
        await process.BecomeReadyAsync();
        return process;
    }

    private UpProcess Begin((string Name, string Value)[] environment, string[] arguments)
    {
        var process = UpProcess.StartRole(Folder.Path, environment, $"{Folder.Path}#{_processes.Count}", arguments);
        _processes.Add(process);
        return process;
    }
}
