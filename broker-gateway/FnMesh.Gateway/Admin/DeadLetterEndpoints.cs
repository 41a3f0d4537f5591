using System.Globalization;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/deadletters</c>: what subscriptions gave up on, newest first.</summary>
internal static class DeadLetterEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, IBroker broker)
    {
        routes.MapGet("/api/v1/deadletters", context => EventReply.GuardAsync(context, ctx => ListAsync(ctx, broker)));
        routes.MapGet("/api/v1/deadletters/{id}", context => EventReply.GuardAsync(context, ctx => ShowAsync(ctx, broker)));
    }

    private static async Task ListAsync(HttpContext context, IBroker broker)
    {
        if (EventReply.Fault(context.Request.Query, out var limit, out var before) is { } fault)
        {
            await EventReply.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad query", fault);
            return;
        }

        var subscription = (string?)context.Request.Query["subscription"];
        var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(limit, before, subscription), context.RequestAborted);
        var view = new DeadLetterPage([.. page.Items.Select(static letter => DeadLetterView.Of(letter, whole: false))], page.Next);
        await EventReply.JsonAsync(context, view, EventJson.Default.DeadLetterPage);
    }

    private static async Task ShowAsync(HttpContext context, IBroker broker)
    {
        var name = (string)context.Request.RouteValues["id"]!;
        if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(1, Id: id), context.RequestAborted);
            if (page.Items.Count > 0)
            {
                await EventReply.JsonAsync(context, DeadLetterView.Of(page.Items[0], whole: true), EventJson.Default.DeadLetterView);
                return;
            }
        }

        await EventReply.ProblemAsync(context, StatusCodes.Status404NotFound, "No such dead letter", $"No dead letter has the id '{name}'; 'fnmesh deadletters list' shows those that are there.");
    }
}
