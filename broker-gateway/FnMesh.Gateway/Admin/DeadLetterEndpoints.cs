using System.Globalization;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/deadletters</c>: what subscriptions gave up on.</summary>
internal static class DeadLetterEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, IBroker broker) => LogEndpoints.Map(
        routes,
        "/api/v1/deadletters",
        static _ => null,
        (limit, before, query, cancel) => ListAsync(broker, limit, before, query, cancel), EventJson.Default.DeadLetterPage,
        (name, cancel) => FindAsync(broker, name, cancel), EventJson.Default.DeadLetterView,
        ("No such dead letter", "No dead letter has the id '{0}'; 'fnmesh deadletters list' shows those that are there."));

    private static async ValueTask<DeadLetterPage> ListAsync(IBroker broker, int limit, long? before, IQueryCollection query, CancellationToken cancel)
    {
        var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(limit, before, (string?)query["subscription"]), cancel);
        return new([.. page.Items.Select(static letter => DeadLetterView.Of(letter, whole: false))], page.Next);
    }

    private static async ValueTask<DeadLetterView?> FindAsync(IBroker broker, string name, CancellationToken cancel)
    {
        if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
        var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(1, Id: id), cancel);
        return page.Items.Count > 0 ? DeadLetterView.Of(page.Items[0], whole: true) : null;
    }
}
