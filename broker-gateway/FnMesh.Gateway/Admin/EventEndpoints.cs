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
        static query => Fault(query, "since") ?? Fault(query, "until"),
        (limit, before, query, cancel) => ListAsync(broker, limit, before, query, cancel), EventJson.Default.EventPage,
        (name, cancel) => FindAsync(broker, name, cancel), EventJson.Default.EventView,
        ("No such event", "No event in the log has the offset or id '{0}'; 'fnmesh events list' shows those that are there."));

    private static async ValueTask<EventPage> ListAsync(IBroker broker, int limit, long? before, IQueryCollection query, CancellationToken cancel)
    {
        var page = await broker.ListEventsAsync(new EventQuery(
            limit, before, (string?)query["type"], Source: (string?)query["source"], Subject: (string?)query["subject"], Since: Instant(query, "since"), Until: Instant(query, "until")), cancel);
        return new([.. page.Items.Select(static stored => EventView.Of(stored, withData: false))], page.Next);
    }

    private static DateTimeOffset? Instant(IQueryCollection query, string name) => (string?)query[name] is { } text && EventTime.TryRead(text, out var time) ? time : null;

    private static string? Fault(IQueryCollection query, string name) =>
        (string?)query[name] is { } text && !EventTime.TryRead(text, out _) ? $"{name} is an instant such as 2026-01-31T08:00:00Z." : null;

    /// <summary>By offset if it is one, with its lane and a colon before it where there are several, else the newest with the id.</summary>
    internal static async ValueTask<EventView?> FindAsync(IBroker broker, string name, CancellationToken cancel)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var lane = 0;
        if ((colon < 0 || int.TryParse(name.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out lane)) && long.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            var lanes = await broker.RangesAsync(null, null, cancel);
            var isPlace = lane < lanes.Count && colon < 0 == (lanes.Count == 1);
            if (isPlace && await broker.ReadAsync(lane, offset, 1, 1, cancel) is [var stored, ..] && stored.Offset == offset) return EventView.Of(stored, withData: true);
        }

        // One search ends early where it finds nothing; each goes on where the last one ended.
        for (long? before = null; ;)
        {
            var page = await broker.ListEventsAsync(new EventQuery(1, before, Id: name), cancel);
            if (page.Items is [var found, ..]) return EventView.Of(found, withData: true);
            if (page.Next is null) return null;
            before = page.Next;
        }
    }
}
