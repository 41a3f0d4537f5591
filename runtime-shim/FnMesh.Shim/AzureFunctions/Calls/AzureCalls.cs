using FnMesh.Node.Http;
using FnMesh.Node.Members;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Members;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Takes what gateways send to an app: calls by their routes, and what is run by a function's name.</summary>
internal sealed class AzureCalls
{
    private readonly AzureRoutes _routes;
    private readonly HttpFunctions _http;

    /// <param name="app">What is loaded.</param>
    /// <param name="invocations">Runs it.</param>
    /// <param name="log">What goes wrong.</param>
    /// <param name="time">The clock.</param>
    public AzureCalls(LoadedApp app, Invocations invocations, WorkerLog log, TimeProvider time)
    {
        _routes = new AzureRoutes(app.Index.Functions);
        _http = new HttpFunctions(app, invocations, log);
        _ = time;
    }

    /// <returns>False when no function saw it and nothing was answered.</returns>
    public async Task<bool> HandleAsync(HttpContext context)
    {
        var request = context.Request;
        if (FunctionPath.IsReserved(request.Path.Value))
        {
            await ProblemJson.WriteAsync(context.Response, StatusCodes.Status404NotFound, "No such function", $"the app has no function that is run at {request.Path}");
            return true;
        }

        if (_routes.Find(request.Method.ToUpperInvariant(), request.Path, out var values, out var otherMethods) is not { } function)
        {
            context.Response.StatusCode = otherMethods ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
            return true;
        }

        return await EndAsync(context, await _http.RunAsync(context, function, values, LimitOf(request)));
    }

    /// <summary>What the caller has left of its time.</summary>
    public static TimeSpan? LimitOf(HttpRequest request) => DeadlineHeader.Read(request.Headers[DeadlineHeader.Name]);

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
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return true;
            case InvocationEnd.Late when !context.Response.HasStarted:
                await ProblemJson.WriteAsync(context.Response, StatusCodes.Status504GatewayTimeout, "The function did not answer in time", "the function runs longer than its caller waits (fnmesh-deadline), or than functionTimeout of host.json allows", "Timeout");
                return true;
            case InvocationEnd.Succeeded:
                return true;
            default:
                context.Abort();
                return true;
        }
    }
}
