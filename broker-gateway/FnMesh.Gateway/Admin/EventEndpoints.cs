using System.Globalization;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/events</c>: the log for people, newest first.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, IBroker broker)
    {
        routes.MapGet("/api/v1/events", context => EventReply.GuardAsync(context, ctx => ListAsync(ctx, broker)));
        routes.MapGet("/api/v1/events/{event}", context => EventReply.GuardAsync(context, ctx => ShowAsync(ctx, broker)));
    }

    private static async Task ListAsync(HttpContext context, IBroker broker)
    {
        if (EventReply.Fault(context.Request.Query, out var limit, out var before) is { } fault)
        {
            await EventReply.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad query", fault);
            return;
        }

        var type = (string?)context.Request.Query["type"];
        var page = await broker.ListEventsAsync(new EventQuery(limit, before, type), context.RequestAborted);
        var view = new EventPage([.. page.Items.Select(static stored => EventView.Of(stored, withData: false))], page.Next);
        await EventReply.JsonAsync(context, view, EventJson.Default.EventPage);
    }

    private static async Task ShowAsync(HttpContext context, IBroker broker)
    {
        var name = (string)context.Request.RouteValues["event"]!;
        if (await FindAsync(broker, name, context.RequestAborted) is { } stored)
        {
            await EventReply.JsonAsync(context, EventView.Of(stored, withData: true), EventJson.Default.EventView);
            return;
        }

        await EventReply.ProblemAsync(context, StatusCodes.Status404NotFound, "No such event", $"No event in the log has the offset or id '{name}'; 'fnmesh events list' shows those that are there.");
    }

    /// <summary>By offset if it is one, else the newest with the id.</summary>
    private static async ValueTask<StoredEvent?> FindAsync(IBroker broker, string name, CancellationToken cancel)
    {
        if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset > 0)
        {
            var events = await broker.ReadAsync(offset, 1, 1, cancel);
            if (events.Count > 0 && events[0].Offset == offset) return events[0];
        }

        var page = await broker.ListEventsAsync(new EventQuery(1, Id: name), cancel);
        return page.Items.Count > 0 ? page.Items[0] : null;
    }
}
