using System.Text.Json;
using FnMesh.Control.Editing;
using FnMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Access;

/// <summary><c>/api/v1/access</c>: who may do what now, and what an edit would change.</summary>
internal static class AccessEndpoint
{
    private const int MaxBodyBytes = 16 << 20;

    /// <param name="routes">Where to map.</param>
    /// <param name="live">What is live; null until the first policy is.</param>
    /// <param name="compile">What would come of files.</param>
    public static void MapAccess(this IEndpointRouteBuilder routes, Func<PolicyCompilation?> live, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile)
    {
        routes.MapGet("/api/v1/access", context => live()?.Snapshot is { } policy
            ? ControlApi.WriteAsync(context, StatusCodes.Status200OK, new AccessListAnswer(AccessReport.Of(policy)), AccessJson.Default.AccessListAnswer)
            : ControlApi.WriteNotReadyAsync(context));
        routes.MapPost("/api/v1/access", context => CompareAsync(context, live, compile));
    }

    private static async Task CompareAsync(HttpContext context, Func<PolicyCompilation?> live, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile)
    {
        if (live()?.Snapshot is not { } policy)
        {
            await ControlApi.WriteNotReadyAsync(context);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaxBodyBytes;
        AccessQuestion? question;
        try
        {
            question = await JsonSerializer.DeserializeAsync(context.Request.Body, AccessJson.Default.AccessQuestion, context.RequestAborted);
        }
        catch (Exception fault) when (fault is JsonException or BadHttpRequestException)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Bad question", $"the body is no {{\"files\":[{{\"path\":\"…\",\"text\":\"…\"}}]}}: {fault.Message}");
            return;
        }

        var edited = compile(question?.Files ?? []);
        if (edited.Snapshot is not { } next)
        {
            var refused = RefusedAnswer.Of("edit", [.. edited.Diagnostics.Where(found => found.Severity == Severity.Error)], StatusCodes.Status422UnprocessableEntity);
            await ControlApi.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, refused, EditingJson.Default.RefusedAnswer, "application/problem+json");
            return;
        }

        await ControlApi.WriteAsync(context, StatusCodes.Status200OK, new AccessChangesAnswer(AccessReport.Changes(AccessReport.Of(policy), AccessReport.Of(next))), AccessJson.Default.AccessChangesAnswer);
    }
}
