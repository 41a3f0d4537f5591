using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Runs functions for calls, and answers with what they return.</summary>
/// <param name="app">What is loaded.</param>
/// <param name="invocations">Runs it.</param>
/// <param name="outputs">Publishes what they put out beside the answer.</param>
/// <param name="bodies">Reads bodies.</param>
/// <param name="log">What goes wrong.</param>
internal sealed class HttpFunctions(LoadedApp app, Invocations invocations, FunctionOutputs outputs, HttpBodies bodies, WorkerLog log)
{
    /// <returns>How it ended; it was answered when it succeeded, and otherwise only where the answer has begun.</returns>
    public async Task<InvocationEnd> RunAsync(HttpContext context, IndexedFunction function, RouteValueDictionary route, TimeSpan? limit)
    {
        if (function.LoadFailure is { } failure)
        {
            log.Take(isError: true, $"function '{function.Name}' was called and is not loaded: {failure}");
            return InvocationEnd.Failed;
        }

        var cancel = context.RequestAborted;
        byte[]? body;
        try
        {
            (body, var refusal) = await bodies.ReadAsync(context.Request, cancel);
            if (body is null)
            {
                if (refusal == StatusCodes.Status503ServiceUnavailable) return InvocationEnd.Full;
                context.Response.StatusCode = refusal;
                return InvocationEnd.Succeeded;
            }
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return InvocationEnd.Abandoned;
        }

        try
        {
            return await RunAsync(context, function, (HttpCallTrigger)function.Trigger, route, body, limit);
        }
        finally
        {
            bodies.GiveBack(body.Length);
        }
    }

    private async Task<InvocationEnd> RunAsync(HttpContext context, IndexedFunction function, HttpCallTrigger trigger, RouteValueDictionary route, byte[] body, TimeSpan? limit)
    {
        var invocation = InvocationRequests.Of(function, context.Request);
        var http = new TypedData { Http = HttpRequests.ToRpc(context.Request, body, route, app.Capabilities) };
        invocation.InputData.Add(new ParameterBinding { Name = trigger.Binding, Data = http });
        HttpRequests.AddMetadata(invocation, context.Request, route);
        if (!app.Capabilities.HttpWithoutTriggerMetadata) invocation.TriggerMetadata[trigger.Binding] = http;
        var outcome = await invocations.RunAsync(invocation, limit, context.RequestAborted);
        if (outcome.End == InvocationEnd.Failed) log.Take(isError: true, $"function '{function.Name}' failed: {outcome.Failure}");
        if (outcome.End != InvocationEnd.Succeeded) return outcome.End;
        if (await outputs.PublishAsync(function, outcome.Response!, null, invocation.TraceContext.TraceParent, context.RequestAborted) is { } unpublished)
        {
            log.Take(isError: true, $"function '{function.Name}' failed: {unpublished}");
            return InvocationEnd.Failed;
        }

        await HttpAnswers.WriteAsync(context.Response, outcome.Response!, trigger, context.RequestAborted);
        return InvocationEnd.Succeeded;
    }
}
