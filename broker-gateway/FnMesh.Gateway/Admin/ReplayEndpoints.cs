using System.Globalization;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/replays</c>: events and dead letters that are delivered again.</summary>
internal sealed class ReplayEndpoints(IBroker broker, ReplayRunner runner, Func<RoutingTable?> table, TimeProvider time)
{
    /// <summary>Events that a dry run looks at.</summary>
    private const int CountedAtMost = 100_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/replays", context => AdminAnswer.GuardAsync(context, () => StartAsync(context)));
        routes.MapGet("/api/v1/replays", context => AdminAnswer.GuardAsync(context, async () =>
            await AdminAnswer.JsonAsync(context, new ReplayPage([.. (await broker.ListReplaysAsync(context.RequestAborted)).Select(ReplayView.Of)]), EventJson.Default.ReplayPage)));
        routes.MapDelete("/api/v1/replays/{number:long}", context => AdminAnswer.GuardAsync(context, () => StopAsync(context)));
    }

    private async Task StartAsync(HttpContext context)
    {
        if (await AdminAnswer.ReadAsync(context, EventJson.Default.ReplayBody) is not { } body) return;
        var (wish, fault) = await new ReplayWishes(broker, table).ReadAsync(body, context.RequestAborted);
        if (fault is not null)
        {
            await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad replay", fault);
        }
        else if (body.DryRun)
        {
            var (events, isAll) = await new ReplayRun(broker, table, time).CountAsync(wish!, CountedAtMost, context.RequestAborted);
            await AdminAnswer.JsonAsync(context, new ReplayCount(events, isAll, wish!.From, wish.To), EventJson.Default.ReplayCount);
        }
        else if (await runner.StartAsync(wish!, context.RequestAborted) is { } replay)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await AdminAnswer.JsonAsync(context, ReplayView.Of(replay), EventJson.Default.ReplayView);
        }
        else
        {
            await AdminAnswer.ProblemAsync(context, StatusCodes.Status409Conflict, "Too many replays", $"{ReplayRunner.MaxRunning} replays run already; wait for one to end, or stop one with 'fnmesh events replays --stop NUMBER'.");
        }
    }

    private async Task StopAsync(HttpContext context)
    {
        var number = long.Parse((string)context.Request.RouteValues["number"]!, CultureInfo.InvariantCulture);
        await runner.StopAsync(number);
        if ((await broker.ListReplaysAsync(context.RequestAborted)).FirstOrDefault(replay => replay.Number == number) is { } found)
            await AdminAnswer.JsonAsync(context, ReplayView.Of(found), EventJson.Default.ReplayView);
        else await AdminAnswer.ProblemAsync(context, StatusCodes.Status404NotFound, "No such replay", $"No replay has the number {number}; 'fnmesh events replays' shows those that are remembered.");
    }
}
