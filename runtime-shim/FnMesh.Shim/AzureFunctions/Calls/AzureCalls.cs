using FnMesh.Node.Http;
using FnMesh.Node.Members;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Timers;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Members;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Takes what gateways send to an app: calls by their routes, and what is run by a function's name.</summary>
internal sealed class AzureCalls : IDisposable
{
    private readonly AzureRoutes _routes;
    private readonly Dictionary<string, IndexedFunction> _byName;
    private readonly AccessKeys _keys;
    private readonly HttpFunctions _http;
    private readonly PassedCalls? _passed;
    private readonly EventFunctions _events;
    private readonly TimerFunctions _timers;

    /// <param name="app">What is loaded.</param>
    /// <param name="invocations">Runs it.</param>
    /// <param name="outputs">Publishes what functions put out.</param>
    /// <param name="timers">Runs what is due by time.</param>
    /// <param name="log">What goes wrong.</param>
    /// <param name="time">The clock.</param>
    public AzureCalls(LoadedApp app, Invocations invocations, FunctionOutputs outputs, TimerFunctions timers, WorkerLog log, TimeProvider time)
    {
        _routes = new AzureRoutes(app.Index.Functions);
        _byName = app.Index.Functions.Where(function => function.Trigger is not HttpCallTrigger && !function.IsDisabled).ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);
        _keys = new AccessKeys(app.App.Settings);
        _timers = timers;
        var bodies = new HttpBodies();
        _http = new HttpFunctions(app, invocations, outputs, bodies, log);
        _events = new EventFunctions(app, invocations, outputs, bodies, log);
        if (app.Capabilities.HttpAddress is { } address) _passed = new PassedCalls(app, address, invocations, outputs, log, time);
    }

    /// <returns>False when no function saw it and nothing was answered.</returns>
    public async Task<bool> HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (FunctionPath.IsReserved(request.Path.Value)) return await RunByNameAsync(context);
        if (_routes.Find(request.Method.ToUpperInvariant(), request.Path, out var values, out var otherMethods) is not { } function)
        {
            context.Response.StatusCode = otherMethods ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
            return true;
        }

        if (!_keys.Admit(request, function.Name, ((HttpCallTrigger)function.Trigger).Level))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return true;
        }

        return await EndAsync(context, await (_passed?.RunAsync(context, function, values, LimitOf(request)) ?? _http.RunAsync(context, function, values, LimitOf(request))));
    }

    public void Dispose() => _passed?.Dispose();

    /// <summary>What the caller has left of its time.</summary>
    private static TimeSpan? LimitOf(HttpRequest request) => DeadlineHeader.Read(request.Headers[DeadlineHeader.Name]);

    private async Task<bool> RunByNameAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(FunctionPath.Functions, StringComparison.OrdinalIgnoreCase) || !_byName.TryGetValue(path[FunctionPath.Functions.Length..], out var function))
        {
            await ProblemJson.WriteAsync(context.Response, StatusCodes.Status404NotFound, "No such function", $"the app has no function that is run at {path}");
            return true;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return true;
        }

        var end = function.Trigger is EventTrigger events
            ? await _events.RunAsync(context, function, events, LimitOf(context.Request))
            : await _timers.RunNowAsync(context, function, (TimerTrigger)function.Trigger, LimitOf(context.Request));
        return await EndAsync(context, end);
    }

    /// <summary>Answers for a run that has no answer of its own.</summary>
    private static async Task<bool> EndAsync(HttpContext context, InvocationEnd end)
    {
        switch (end)
        {
            case InvocationEnd.Gone:
                return false;
            case InvocationEnd.Full:
                Inbound.SayUnsent(context.Response, isFull: true);
                return true;
            case InvocationEnd.Failed when !context.Response.HasStarted:
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return true;
            case InvocationEnd.Late when !context.Response.HasStarted:
                context.Response.Clear();
                await ProblemJson.WriteAsync(context.Response, StatusCodes.Status504GatewayTimeout, "The function did not end in time", "the function runs longer than its caller waits (fnmesh-deadline), or than functionTimeout of host.json allows", "Timeout");
                return true;
            case InvocationEnd.Succeeded:
                return true;
            default:
                context.Abort();
                return true;
        }
    }
}
