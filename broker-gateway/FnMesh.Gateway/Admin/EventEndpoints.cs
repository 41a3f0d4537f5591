using System.Globalization;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/events</c>: what was published.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, IBroker broker) => LogEndpoints.Map(
        routes,
        "/api/v1/events",
        (limit, before, query, cancel) => ListAsync(broker, limit, before, query, cancel), EventJson.Default.EventPage,
        (name, cancel) => FindAsync(broker, name, cancel), EventJson.Default.EventView,
        ("No such event", "No event in the log has the offset or id '{0}'; 'fnmesh events list' shows those that are there."));

    private static async ValueTask<EventPage> ListAsync(IBroker broker, int limit, long? before, IQueryCollection query, CancellationToken cancel)
    {
        var page = await broker.ListEventsAsync(new EventQuery(limit, before, (string?)query["type"]), cancel);
        return new([.. page.Items.Select(static stored => EventView.Of(stored, withData: false))], page.Next);
    }

    /// <summary>By offset if it is one, else the newest with the id.</summary>
    private static async ValueTask<EventView?> FindAsync(IBroker broker, string name, CancellationToken cancel)
    {
        if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset is > 0 and < long.MaxValue)
        {
            var newest = await broker.ListEventsAsync(new EventQuery(1, offset + 1), cancel);
            if (newest.Items.Count > 0 && newest.Items[0].Offset == offset) return EventView.Of(newest.Items[0], withData: true);
        }

        var page = await broker.ListEventsAsync(new EventQuery(1, Id: name), cancel);
        return page.Items.Count > 0 ? EventView.Of(page.Items[0], withData: true) : null;
    }
}
