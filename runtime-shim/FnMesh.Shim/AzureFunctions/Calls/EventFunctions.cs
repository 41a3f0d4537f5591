using System.Globalization;
using FnMesh.Node.Http;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Runs functions for events that a gateway delivers. What a function puts out is durable before the delivery is answered.</summary>
internal sealed class EventFunctions(LoadedApp app, Invocations invocations, FunctionOutputs outputs, HttpBodies bodies, WorkerLog log)
{
    private const string Delivery = "fnmesh-delivery";

    /// <returns>How it ended; it was answered when it succeeded or failed.</returns>
    public async Task<InvocationEnd> RunAsync(HttpContext context, IndexedFunction function, EventTrigger trigger, TimeSpan? limit)
    {
        if (function.LoadFailure is { } failure) return await FailAsync(context, function, failure);
        byte[]? body;
        try
        {
            (body, var refusal) = await bodies.ReadAsync(context.Request, context.RequestAborted);
            if (body is null && refusal == StatusCodes.Status503ServiceUnavailable) return InvocationEnd.Full;
            if (body is null) return await RefuseAsync(context, refusal, $"an event and a batch have at most {HttpBodies.Largest} bytes");
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return InvocationEnd.Abandoned;
        }

        try
        {
            var events = EventReader.Read(context.Request, body, out var isBatch);
            return isBatch && !trigger.IsBatch
                ? await RefuseAsync(context, StatusCodes.Status400BadRequest, $"function '{function.Name}' takes one event at a time; give its trigger the cardinality 'many', or remove 'batch' from its Subscription")
                : await RunAsync(context, function, trigger, events, limit);
        }
        catch (FormatException malformed)
        {
            return await RefuseAsync(context, StatusCodes.Status400BadRequest, malformed.Message);
        }
        finally
        {
            bodies.GiveBack(body.Length);
        }
    }

    private async Task<InvocationEnd> RunAsync(HttpContext context, IndexedFunction function, EventTrigger trigger, IReadOnlyList<DeliveredEvent> events, TimeSpan? limit)
    {
        var invocation = InvocationRequests.Of(function, context.Request);
        invocation.InputData.Add(new ParameterBinding { Name = trigger.Binding, Data = EventInputs.Of(trigger, events, app.Capabilities.Collections) });
        EventInputs.AddMetadata(invocation, trigger, events);
        // A first time has no context of repetition.
        if (int.TryParse(context.Request.Headers[Delivery], NumberStyles.None, CultureInfo.InvariantCulture, out var delivery) && delivery > 1)
            invocation.RetryContext = new RetryContext { RetryCount = delivery - 1, MaxRetryCount = function.Retry?.Count ?? 0 };
        var outcome = await invocations.RunAsync(invocation, limit, context.RequestAborted);
        if (outcome.End == InvocationEnd.Failed) return await FailAsync(context, function, outcome.Failure!);
        if (outcome.End != InvocationEnd.Succeeded) return outcome.End;
        if (await outputs.PublishAsync(function, outcome.Response!, events.Count == 1 ? events[0] : null, invocation.TraceContext.TraceParent, context.RequestAborted) is { } unpublished) return await FailAsync(context, function, unpublished);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return InvocationEnd.Succeeded;
    }

    /// <summary>The reason goes into the dead letter, if it comes to that: brokers alone hear it.</summary>
    private async Task<InvocationEnd> FailAsync(HttpContext context, IndexedFunction function, string reason)
    {
        log.Take(isError: true, $"function '{function.Name}' failed for an event: {reason}");
        await ProblemJson.WriteAsync(context.Response, StatusCodes.Status500InternalServerError, "Failed", $"{function.Name}: {reason}");
        return InvocationEnd.Succeeded;
    }

    private static async Task<InvocationEnd> RefuseAsync(HttpContext context, int status, string detail)
    {
        await ProblemJson.WriteAsync(context.Response, status, "The event cannot be given to the function", detail);
        return InvocationEnd.Succeeded;
    }
}
