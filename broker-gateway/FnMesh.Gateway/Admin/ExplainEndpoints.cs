using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Explaining;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/explain</c>: what would be decided now of a call, or of an event.</summary>
internal sealed class ExplainEndpoints(Func<RoutingTable?> table, Func<string?> trustDomain)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/explain/call", AnswerCallAsync);
        routes.MapPost("/api/v1/explain/event", AnswerEventAsync);
    }

    private async Task AnswerCallAsync(HttpContext context)
    {
        if (await OpenAsync(context) is not { } explainer) return;
        await AdminAnswer.JsonAsync(context, explainer.Call(Query(context, "method") ?? "GET", Query(context, "path") ?? "/", Query(context, "host") ?? "localhost"), EventJson.Default.Explanation);
    }

    private async Task AnswerEventAsync(HttpContext context)
    {
        if (await OpenAsync(context) is not { } explainer || await AdminAnswer.BytesAsync(context) is not { } bytes) return;
        var read = CloudEventReader.Read("application/cloudevents+json", [], bytes, EventLimits.Default);
        if (read.Events is [var single]) await AdminAnswer.JsonAsync(context, explainer.Event(single), EventJson.Default.Explanation);
        else await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad event", read.Fault?.Reason ?? "the body is no CloudEvent in JSON");
    }

    /// <summary>Null when the answer says already why there is nothing to explain.</summary>
    private async Task<Explainer?> OpenAsync(HttpContext context)
    {
        if (table() is not { } live || trustDomain() is not { } domain)
        {
            await AdminAnswer.ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "No policy", "The gateway has no policy yet; ask again in a moment.");
            return null;
        }

        if (await ClaimsAsync(context) is not { } claims) return null;
        return new Explainer(live, Principals.Whole(Query(context, "as") ?? Principals.Anonymous, domain), claims.ValueKind == JsonValueKind.Object ? claims : null);
    }

    /// <summary>An object of all <c>claim=NAME=VALUE</c>; JSON null where there is none, and null when the answer says already what is wrong.</summary>
    private static async Task<JsonElement?> ClaimsAsync(HttpContext context)
    {
        var claims = new JsonObject();
        foreach (var claim in context.Request.Query["claim"])
        {
            var parts = claim?.Split('=', 2);
            if (parts is not [{ Length: > 0 } name, var value])
            {
                await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad claim", "A claim is NAME=VALUE.");
                return null;
            }

            if (claims[name] is JsonArray values) values.Add((JsonNode)value);
            else claims[name] = new JsonArray((JsonNode)value);
        }

        using var document = JsonDocument.Parse(claims.Count == 0 ? "null" : claims.ToJsonString());
        return document.RootElement.Clone();
    }

    private static string? Query(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;
}
