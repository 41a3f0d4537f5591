using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Roles;

namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>A mesh of processes under a steady load: app <c>web</c> with two endpoints, which also takes the events, and app <c>caller</c>, by whose door calls come from inside.</summary>
internal sealed class LoadedMesh : IAsyncDisposable
{
    private readonly FunctionServer _function;
    private readonly UpProcess[] _web = new UpProcess[2];
    private SteadyLoad _load = null!;

    private LoadedMesh(FunctionServer function, Tally tally) => (_function, Tally) = (function, tally);

    public ApartMesh Mesh { get; } = new();

    public Tally Tally { get; }

    public static async Task<LoadedMesh> StartAsync(int perSecond)
    {
        var tally = new Tally();
        var loaded = new LoadedMesh(await FunctionServer.StartAsync(request => Answer(request, tally), keep: false), tally);
        try
        {
            await loaded.StartProcessesAsync();
            loaded._load = SteadyLoad.Start(loaded.Mesh.Gateway.Gateway, loaded.Caller.Door!, perSecond, tally);
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

    public Task StartControlAsync() => Mesh.StartControlAsync("web", "caller");

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

    /// <summary>Kills one endpoint of <c>web</c> with its process.</summary>
    public Task KillFunctionAsync(int index) => _web[index].KillAsync(withChildren: true);

    /// <summary>Completes when so many more calls have succeeded.</summary>
    public Task ServeAsync(int calls) => Tally.MoreAsync(calls).WaitAsync(Patience.Limit, TimeProvider.System);

    /// <summary>Ends the load, and completes when every event that got 202 has come.</summary>
    public async Task SettleAsync()
    {
        await _load.StopAsync();
        await Patience.ForAsync(PaidAsync(), () => $"{Tally}\n{string.Join('\n', Tally.Judge().Take(20))}\n{string.Join('\n', Mesh.Gateway.Errors.Items.TakeLast(20))}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null) await _load.DisposeAsync();
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
        Mesh.Write(
            Yaml.Relay("web", _function.Url, replicas: 2), Yaml.Relay("caller", _function.Url), Yaml.Route("web", "web", "retry: { attempts: 2 }"),
            Yaml.Subscription("count", "test.load", "web", "retry: 1000, backoffPolicy: linear, backoffDelay: PT0.1S, backoffMax: PT0.5S, timeout: PT30S"),
            Yaml.Publishers(principals: "anonymous, app/*"));
        await StartControlAsync();
        await Mesh.StartGatewayAsync();
        await Mesh.Gateway.Errors.FirstAsync(ApartMesh.IsLive);
        for (var index = 0; index < _web.Length; index++) _web[index] = await Mesh.StartShimAsync("web", _function.Url, $"web-{index}");
        Caller = await Mesh.StartShimAsync("caller", _function.Url, "caller");
    }

    private static Answer Answer(Received request, Tally tally)
    {
        if (request["ce-id"] is { } id)
        {
            tally.Receive(id);
            return Harness.Answer.Done;
        }

        if (request.Path.StartsWith("/web/post/", StringComparison.Ordinal)) tally.Execute(request.Path);
        return Harness.Answer.Of(200);
    }
}
