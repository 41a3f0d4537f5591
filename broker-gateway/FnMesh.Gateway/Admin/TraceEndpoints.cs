using System.Diagnostics;
using System.Text.Json;
using FnMesh.Gateway.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>GET /api/v1/traces/{traceId}</c>: the spans of a trace, every one that ended before the request came.</summary>
internal static class TraceEndpoints
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes, SpanStore store, TimeProvider time) =>
        routes.MapGet("/api/v1/traces/{traceId}", context => AnswerAsync(context, store, time));

    private static async Task AnswerAsync(HttpContext context, SpanStore store, TimeProvider time)
    {
        var asked = (string)context.Request.RouteValues["traceId"]!;
        if (!TryParse(asked, out var trace))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "A trace id has 32 hexadecimal digits, not all of them 0.");
            return;
        }

        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        IReadOnlyList<SpanRecord> spans;
        try
        {
            spans = await store.FindTraceAsync(trace, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The span store is busy writing; try again in a moment.");
            return;
        }

        if (spans.Count == 0)
        {
            await RefuseAsync(
                context,
                StatusCodes.Status404NotFound,
                $"No span of trace {trace} has ended here, or it was not sampled, or it is older than what the span store keeps.");
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new TraceAnswer(trace.ToHexString(), [.. spans.Select(Span)]), TraceJson.Default.TraceAnswer, contentType: null, context.RequestAborted);
    }

    private static TraceSpan Span(SpanRecord span)
    {
        using var attributes = JsonDocument.Parse(span.Attributes);
        return new(
            span.SpanId, span.ParentId, span.MeshParentId, span.Kind, span.Name, span.Start.UtcDateTime, span.Duration.TotalMilliseconds, span.Status,
            span.Verdict, attributes.RootElement.Clone());
    }

    private static bool TryParse(string text, out ActivityTraceId trace)
    {
        trace = default;
        if (text.Length != 32 || !text.All(char.IsAsciiHexDigit) || !text.AsSpan().ContainsAnyExcept('0')) return false;
        trace = ActivityTraceId.CreateFromString(text.ToLowerInvariant());
        return true;
    }

    private static Task RefuseAsync(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
