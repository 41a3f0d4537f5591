using System.Globalization;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary>What can be done with dead letters, one by one and by filter; many are redriven by a replay (<see cref="ReplayEndpoints"/>).</summary>
internal sealed class LetterEndpoints(IBroker broker, Func<RoutingTable?> table)
{
    private const int DiscardAtOnce = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/deadletters/{id:long}/redrive", context => AdminAnswer.GuardAsync(context, () => WithLetterAsync(context, RedriveAsync)));
        routes.MapDelete("/api/v1/deadletters/{id:long}", context => AdminAnswer.GuardAsync(context, () => WithLetterAsync(context, async (_, letter) =>
        {
            await broker.RemoveLettersAsync([letter.Id], null, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        })));
        routes.MapPost("/api/v1/deadletters/discard", context => AdminAnswer.GuardAsync(context, () => DiscardAsync(context)));
    }

    /// <summary>The body is the event as it is to be instead, in the JSON format of CloudEvents; empty for the event as it was.</summary>
    private async Task RedriveAsync(HttpContext context, DeadLetter letter)
    {
        var into = (string?)context.Request.Query["into"] ?? letter.Subscription;
        if (table()?.Subscriptions.ContainsKey(into) != true)
        {
            await AdminAnswer.ProblemAsync(context, StatusCodes.Status409Conflict, "No such subscription", $"{ReplayWishes.NoSubscription(table(), into)}; name one that is with 'into', or discard the dead letter.");
            return;
        }

        if (await AdminAnswer.BytesAsync(context) is not { } bytes) return;
        var record = letter.Event;
        if (!bytes.IsEmpty)
        {
            var read = CloudEventReader.Read("application/cloudevents+json", [], bytes, EventLimits.Default);
            if (read.Fault is { } fault)
            {
                await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad event", $"the event that is to take the place of the dead letter cannot be read: {fault.Reason}");
                return;
            }

            record = read.Events[0].ToRecord(record.Principal, record.TraceParent, record.TraceState);
        }

        var removed = await broker.RemoveLettersAsync([letter.Id], record.Again(into, letter.Offset, letter.Lane), context.RequestAborted);
        if (removed == 0) await MissingAsync(context);
        else await AdminAnswer.JsonAsync(context, new StoredAt(letter.Id, into), EventJson.Default.StoredAt);
    }

    private async Task DiscardAsync(HttpContext context)
    {
        if (await AdminAnswer.ReadAsync(context, EventJson.Default.ReplayBody) is not { } body) return;
        var (wish, fault) = await new ReplayWishes(broker, table).ReadDiscardAsync(body, context.RequestAborted);
        if (fault is not null)
        {
            await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad discarding", fault);
            return;
        }

        // The end was fixed above: what arrives meanwhile stays.
        var count = 0L;
        for (long? next = wish!.From; next < wish.To;)
        {
            var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(DiscardAtOnce, Subscription: wish.Subscription, After: next - 1), context.RequestAborted);
            long[] wanted = [.. page.Items.Where(letter => letter.Id < wish.To && wish.Wants(letter.Event)).Select(static letter => letter.Id)];
            if (wanted.Length > 0) count += body.DryRun ? wanted.Length : await broker.RemoveLettersAsync(wanted, null, context.RequestAborted);
            next = page.Next is null ? null : page.Items[^1].Id + 1;
        }

        await AdminAnswer.JsonAsync(context, new ReplayCount(count, true, wish.From, wish.To), EventJson.Default.ReplayCount);
    }

    private async Task WithLetterAsync(HttpContext context, Func<HttpContext, DeadLetter, Task> then)
    {
        var id = long.Parse((string)context.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);
        var page = await broker.ListDeadLettersAsync(new DeadLetterQuery(1, Id: id), context.RequestAborted);
        if (page.Items.Count > 0) await then(context, page.Items[0]);
        else await MissingAsync(context);
    }

    private static Task MissingAsync(HttpContext context) => AdminAnswer.ProblemAsync(
        context, StatusCodes.Status404NotFound, "No such dead letter", $"No dead letter has the id '{context.Request.RouteValues["id"]}'; 'fnmesh deadletters list' shows those that are there.");
}
