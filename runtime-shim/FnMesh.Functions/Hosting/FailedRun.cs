using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Hosting;

/// <summary>Says which function has thrown, for what, and in which trace: the server's own line of it names a connection.</summary>
internal static partial class FailedRun
{
    private const int LongestReason = 256;

    /// <summary>Runs a function for a call. What it throws goes on to the app's own handlers, and to the server that logs it with its stack.</summary>
    public static async Task CallAsync(BoundFunction function, HttpContext http)
    {
        var context = new FunctionContext(function.Descriptor, http);
        try
        {
            await function.Execute(context);
        }
        catch (Exception failure) when (IsItsOwn(failure, http))
        {
            LogCall(LogOf(http), context.FunctionId, http.Request.Method, http.Request.Path, TraceOf(context), failure.GetType().Name);
            throw;
        }
    }

    /// <summary>Runs a function for an event. What it throws is the answer's reason, which the dead letter keeps: brokers alone hear it.</summary>
    public static async Task DeliverAsync(BoundFunction function, FunctionContext context, HttpContext http)
    {
        try
        {
            await function.Execute(context);
        }
        catch (Exception failure) when (IsItsOwn(failure, http) && !http.Response.HasStarted)
        {
            var first = context.Event ?? context.Events![0];
            var more = context.Events is { Length: > 1 } events ? $" and {events.Length - 1} more" : "";
            LogEvent(LogOf(http), failure, context.FunctionId, first.Id! + more, first.Type!, TraceOf(context));
            http.Response.Clear();
            var reason = failure.Message.Length > LongestReason ? $"{failure.Message[..LongestReason]}…" : failure.Message;
            await Results.Problem($"{context.FunctionId} threw {failure.GetType().Name}: {reason}", title: "Failed", statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(http);
        }
    }

    /// <summary>That nobody waits any more, and that a request is no HTTP, is no failure of a function.</summary>
    private static bool IsItsOwn(Exception failure, HttpContext http) => failure is not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested;

    private static string TraceOf(FunctionContext context) => context.TraceContext.TraceParent.Split('-') is [_, var trace, ..] ? trace : "none";

    private static ILogger LogOf(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FailedRun).FullName!);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "the function {Function} threw {Exception} for {Method} {Path} (trace {Trace})")]
    private static partial void LogCall(ILogger log, string function, string method, string path, string trace, string exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "the function {Function} failed for the event {Event} of type {Type} (trace {Trace})")]
    private static partial void LogEvent(ILogger log, Exception failure, string function, string @event, string type, string trace);
}
