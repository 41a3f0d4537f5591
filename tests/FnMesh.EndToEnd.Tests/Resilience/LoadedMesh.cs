using System.Globalization;
using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Roles;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>A mesh of processes under a steady load: app <c>web</c> with two endpoints behind shims and app <c>sums</c> with two processes of functions in C#, which also take the events, and app <c>caller</c>, by whose door calls come from inside.</summary>
internal sealed class LoadedMesh : IAsyncDisposable
{
    /// <summary>The app of functions in C#.</summary>
    public const string Sums = "sums";

    private static readonly string[] Apps = ["web", Sums, "caller"];

    private readonly FunctionServer _function;
    private readonly UpProcess[] _web = new UpProcess[2];
    private readonly UpProcess[] _sums = new UpProcess[2];
    private SteadyLoad? _load;
    private KeyedEvents? _keyed;

    private LoadedMesh(FunctionServer function, Tally tally) => (_function, Tally) = (function, tally);

    public ApartMesh Mesh { get; } = new();

    public Tally Tally { get; }

    public static async Task<LoadedMesh> StartAsync(LoadShape shape)
    {
        var tally = new Tally();
        var loaded = new LoadedMesh(await FunctionServer.StartAsync(request => Answer(request, tally), keep: false), tally);
        try
        {
            await loaded.StartProcessesAsync();
            loaded._load = SteadyLoad.Start(loaded.Mesh.Gateway.Gateway, loaded.Caller.Door!, shape, tally);
            if (!shape.SafeOnly) loaded._keyed = KeyedEvents.Start(loaded.Mesh.Gateway.Gateway, tally);
            return loaded;
        }
        catch
        {
            await loaded.DisposeAsync();
            throw;
        }
    }

    private UpProcess Caller { get; set; } = null!;

    /// <summary>Kills control with SIGKILL.</summary>
    public Task KillControlAsync() => Mesh.Control.KillAsync(withChildren: false);

    public Task StartControlAsync() => Mesh.StartControlAsync(Apps);

    /// <summary>Ends the gateway, with SIGTERM or SIGKILL, and starts it again.</summary>
    /// <returns>From the start of the process to its ready line.</returns>
    public async Task<TimeSpan> RestartGatewayAsync(bool kill)
    {
        if (kill) await Mesh.Gateway.KillAsync(withChildren: false);
        else await Mesh.Gateway.StopAsync();
        var began = TimeProvider.System.GetTimestamp();
        await Mesh.StartGatewayAsync();
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Ends one endpoint of <c>web</c>, with SIGTERM or, with its process, SIGKILL, and starts it again.</summary>
    public async Task RestartFunctionAsync(int index, bool kill)
    {
        if (kill) await _web[index].KillAsync(withChildren: true);
        else await _web[index].StopAsync();
        _web[index] = await Mesh.StartShimAsync("web", _function.Url, $"web-{index}");
    }

    /// <summary>Ends one process of functions in C#, with SIGTERM or SIGKILL, and starts it again.</summary>
    public async Task RestartSumsAsync(int index, bool kill)
    {
        if (kill) await _sums[index].KillAsync(withChildren: false);
        else if (await _sums[index].StopAsync() is not 0 and var code) Tally.Blame($"functions in C# ended on SIGTERM with {code}: {string.Join('\n', _sums[index].Errors.Items.TakeLast(20))}");
        await StartSumsAsync(index);
    }

    /// <summary>Ends every function with SIGTERM and starts it again, one after the other.</summary>
    public async Task RollFunctionsAsync()
    {
        for (var index = 0; index < _web.Length; index++) await RestartFunctionAsync(index, kill: false);
        for (var index = 0; index < _sums.Length; index++) await RestartSumsAsync(index, kill: false);
    }

    /// <summary>Changes timeouts and retries of the calls of both apps, and waits until the gateway works by them.</summary>
    public async Task ChangePolicyAsync(int time)
    {
        var seen = Mesh.Gateway.Errors.Count;
        Write(time);
        await Mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive, seen);
    }

    /// <summary>Kills one endpoint of <c>web</c> with its process.</summary>
    public Task KillFunctionAsync(int index) => _web[index].KillAsync(withChildren: true);

    /// <summary>Completes when so many more calls have succeeded.</summary>
    public Task ServeAsync(int calls) => Tally.MoreAsync(calls).WaitAsync(Patience.Limit, TimeProvider.System);

    /// <summary>Ends the load, and completes when every event that got 202 has come.</summary>
    public async Task SettleAsync()
    {
        await _load!.StopAsync();
        if (_keyed is not null) await _keyed.StopAsync();
        await Patience.ForAsync(PaidAsync(), () => $"{Tally}\n{string.Join('\n', Tally.Judge().Take(20))}\n{string.Join('\n', Mesh.Gateway.Errors.Items.TakeLast(20))}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null) await _load.DisposeAsync();
        if (_keyed is not null) await _keyed.DisposeAsync();
        await Mesh.DisposeAsync();
        await _function.DisposeAsync();
    }

    private async Task<bool> PaidAsync()
    {
        await Tally.PaidAsync();
        return true;
    }

    private async Task StartProcessesAsync()
    {
        Write(0);
        await StartControlAsync();
        await Mesh.StartGatewayAsync();
        await Mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        for (var index = 0; index < _web.Length; index++) _web[index] = await Mesh.StartShimAsync("web", _function.Url, $"web-{index}");
        var seen = Mesh.Gateway.Errors.Count;
        for (var index = 0; index < _sums.Length; index++) await StartSumsAsync(index);
        // What they declare: their routes, and the subscription, which keeps what is published from here on.
        await Mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive, seen);
        Caller = await Mesh.StartShimAsync("caller", _function.Url, "caller");
    }

    private async Task StartSumsAsync(int index) => _sums[index] = await Mesh.StartFunctionsAsync(Sums, FnMeshProgram.BuiltProgram("FnMesh.LoadPeer", "FnMesh.LoadPeer"), _function.Url, $"sums-{index}");

    private void Write(int time) => Mesh.Write(
        """
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: mesh }
        spec: { edge: { attributeRoutes: true } }
        """,
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: changing }
        spec:
          targetRefs: [ { kind: FunctionApp, name: web }, { kind: FunctionApp, name: {{Sums}} } ]
          timeouts: { request: {{30 + time}}s }
          retry: { attempts: 2, backoff: {{5 + time % 5}}ms }
        """,
        Yaml.Relay("web", _function.Url, replicas: 2), Yaml.Relay(Sums, _function.Url, replicas: 2), Yaml.Relay("caller", _function.Url), Yaml.Route("web", "web", $"retry: {{ attempts: {2 + time % 2} }}"),
        Yaml.Subscription("count", "test.load", "web", "retry: 1000, backoffPolicy: linear, backoffDelay: PT0.1S, backoffMax: PT0.5S, timeout: PT30S"),
        Yaml.Publishers(principals: "anonymous, app/*"));

    private static Answer Answer(Received request, Tally tally)
    {
        if (request["ce-id"] is { } id)
        {
            tally.Receive(id);
            return Harness.Answer.Done;
        }

        if (request.Path.StartsWith("/note/", StringComparison.Ordinal))
        {
            var noted = request.Path["/note/".Length..].Split('.');
            tally.Receive(noted[0], int.Parse(noted[1], CultureInfo.InvariantCulture));
        }

        if (request.Path.Contains("/post/", StringComparison.Ordinal)) tally.Execute(request.Path);
        return Harness.Answer.Of(200);
    }
}
