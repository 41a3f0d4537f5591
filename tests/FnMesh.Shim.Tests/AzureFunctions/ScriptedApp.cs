using System.Text;
using FnMesh.Policy.Snapshots;
using FnMesh.Shim.AzureFunctions;
using FnMesh.Shim.AzureFunctions.Calls;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Timers;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Revisions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FnMesh.Shim.Tests.AzureFunctions;

/// <summary>A folder with an app whose worker is the program of scripts, and that worker.</summary>
internal sealed class ScriptedApp : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private EventPublisher? _publisher;

    private ScriptedApp(TempFolder folder) => Folder = folder;

    public static string Program { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FnMesh.ScriptedWorker", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "FnMesh.ScriptedWorker.dll"));

    public TempFolder Folder { get; }

    public SaidLines Lines { get; } = new();

    public BrokerEnd Broker { get; } = new();

    public TimerFunctions Timers { get; private set; } = null!;

    public AzureWorker Worker { get; private set; } = null!;

    public AzureCalls Calls { get; private set; } = null!;

    /// <summary>A folder with an app, and no worker yet.</summary>
    /// <param name="script">script.json, without its braces.</param>
    /// <param name="host">host.json, without its braces and its version.</param>
    /// <param name="config">More of worker.config.json.</param>
    public static ScriptedApp Write(string script, string host = "", string config = "")
    {
        var app = new ScriptedApp(new TempFolder());
        app.Folder.Write("host.json", $$"""{ "version": "2.0"{{(host.Length > 0 ? ", " : "")}}{{host}} }""");
        app.Folder.Write("worker.config.json", $$"""{ "description": { "language": "scripted", "defaultExecutablePath": "dotnet", "defaultWorkerPath": "{{Program}}" }{{(config.Length > 0 ? ", " : "")}}{{config}} }""");
        app.Folder.Write("script.json", $$"""{ {{script}} }""");
        return app;
    }

    /// <summary>As <see cref="Write"/>, and starts it.</summary>
    public static async Task<ScriptedApp> StartAsync(string script, string host = "", string config = "", TimeProvider? time = null)
    {
        var app = Write(script, host, config);
        try
        {
            await app.StartAsync(time);
            return app;
        }
        catch
        {
            app.Folder.Dispose();
            throw;
        }
    }

    public async Task StartAsync(TimeProvider? time = null, params EnvironmentEntry[] env)
    {
        var entry = Mesh.Entry("v1", new RunEntry { AzureFunctions = Folder.Path, Directory = Folder.Path }) with { Environment = [.. env] };
        var launch = WorkerLaunch.Read(new LaunchPlan(new SupervisorOptions { DataDirectory = Folder[".fnmesh"] }), "app", entry, new Dictionary<string, string>());
        var log = new WorkerLog(Lines.Add) { Levels = launch.App.Host.Levels };
        Worker = await AzureWorker.StartAsync(launch.App, launch.Start, log, time ?? TimeProvider.System, StopTimeout, TestContext.Current.CancellationToken);
        var clock = time ?? TimeProvider.System;
        _publisher = new EventPublisher(Broker);
        var outputs = new FunctionOutputs(new OutputEvents("app", clock), _publisher, clock);
        Timers = new TimerFunctions("app", Worker.Loaded, Worker.Invocations, outputs, new TimerRegister(Folder["timers"]), log, clock);
        Calls = new AzureCalls(Worker.Loaded, Worker.Invocations, outputs, Timers, log, clock);
    }

    /// <summary>A function of HTTP, as a script has it.</summary>
    public static string Http(string name, string more = "", string binding = "") =>
        $$"""{ "name": "{{name}}", "bindings": [ { "name": "req", "type": "httpTrigger", "direction": "In", "authLevel": "Anonymous"{{(binding.Length > 0 ? ", " : "")}}{{binding}} }, { "name": "$return", "type": "http", "direction": "Out" } ]{{(more.Length > 0 ? ", " : "")}}{{more}} }""";

    public static string Functions(params string[] functions) => $"\"functions\": [ {string.Join(", ", functions)} ]";

    public async Task<Reply> CallAsync(string method, string target, string? body = null, CancellationToken caller = default, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        var aborted = new AbortFeature(caller);
        context.Features.Set<IHttpRequestLifetimeFeature>(aborted);
        var parts = target.Split('?');
        context.Request.Method = method;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("app");
        context.Request.Path = Uri.UnescapeDataString(parts[0]);
        context.Request.QueryString = parts.Length > 1 ? new QueryString("?" + parts[1]) : default;
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        foreach (var (name, value) in headers) context.Request.Headers.Append(name, value);
        if (body is not null) context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        var seen = await Calls.HandleAsync(context);
        return new Reply(seen, aborted.IsAborted ? 0 : context.Response.StatusCode, context.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetString(answer.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        if (Worker is not null)
        {
            await Worker.StopAsync(StopTimeout);
            await Worker.DisposeAsync();
        }

        Calls?.Dispose();
        _publisher?.Dispose();
        Broker.Dispose();
        Folder.Dispose();
    }

    private sealed class AbortFeature(CancellationToken caller) : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; } = caller;

        public void Abort() => IsAborted = true;
    }
}
