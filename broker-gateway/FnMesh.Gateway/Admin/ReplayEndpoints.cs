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

    private const int MaxRate = 100_000;

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
        var (wish, fault) = await WishAsync(body, context.RequestAborted);
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

    /// <summary>One of the two results is null; the other says what is wrong.</summary>
    private async Task<(ReplayWish? Wish, string? Fault)> WishAsync(ReplayBody body, CancellationToken cancel)
    {
        if (body.Source is not ("events" or "deadletters")) return (null, "source is 'events' or 'deadletters'.");
        var isEvents = body.Source == "events";
        if (isEvents && body.Subscription is null) return (null, "subscription says whose events are replayed.");
        foreach (var name in (string?[])[isEvents ? body.Subscription : null, body.Into])
        {
            if (name is not null && table()?.Subscriptions.ContainsKey(name) != true) return (null, $"there is no Subscription '{name}' in the policy; 'fnmesh get subscriptions' shows those that are there.");
        }

        if (body.Rate is < 1 or > MaxRate) return (null, $"rate is a number of events a second from 1 to {MaxRate}.");
        var (from, to) = (isEvents ? broker.First : 1, isEvents ? broker.End : await NextLetterAsync(cancel));
        if (await PlaceAsync(body.From, from, isEvents, cancel) is not { } begin) return (null, Bad("from", body.From!, isEvents));
        if (await PlaceAsync(body.To, to, isEvents, cancel) is not { } end) return (null, Bad("to", body.To!, isEvents));
        // What is published from now on comes by itself, and copies are not replayed again.
        var wish = new ReplayWish(
            isEvents ? ReplaySource.Events : ReplaySource.DeadLetters, body.Subscription, body.Into, Math.Max(begin, from), Math.Min(end, to), body.Type, body.EventSource, body.Subject, body.Rate);
        return wish.From < wish.To || !isEvents ? (wish, null) : (null, $"there are no events from {wish.From} up to {wish.To}: the log holds offsets {broker.First} to {broker.End - 1}.");
    }

    private async ValueTask<long?> PlaceAsync(string? written, long otherwise, bool isEvents, CancellationToken cancel)
    {
        if (written is null) return otherwise;
        if (long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        return isEvents && EventTime.TryRead(written, out var instant) ? await broker.FindAsync(instant, cancel) : null;
    }

    private async ValueTask<long> NextLetterAsync(CancellationToken cancel) =>
        await broker.ListDeadLettersAsync(new DeadLetterQuery(1), cancel) is { Items: [var newest, ..] } ? newest.Id + 1 : 1;

    private static string Bad(string name, string written, bool isEvents) => isEvents
        ? $"{name} is an offset or an instant such as 2026-01-31T08:00:00Z, not '{written}'."
        : $"{name} is the number of a dead letter, not '{written}'.";
}
