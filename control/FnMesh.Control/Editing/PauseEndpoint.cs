using System.Text.Json;
using FnMesh.Policy;
using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Editing;

/// <summary><c>PUT /api/v1/subscriptions/{subscription}/paused</c>: events of a subscription wait in the log, or go on.</summary>
/// <param name="role">Whose policy it is.</param>
/// <param name="edits">Makes changes live.</param>
internal sealed class PauseEndpoint(ControlRole role, LiveEdits edits)
{
    private const string What = "pause";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPut("/api/v1/subscriptions/{subscription}/paused", async context =>
    {
        if (role.Current?.Snapshot is not { } policy)
        {
            await ControlApi.WriteNotReadyAsync(context);
            return;
        }

        var name = QualifiedName.Read((string)context.Request.RouteValues["subscription"]!);
        if (Find(policy, name) is not { } subscription) await WriteNoneAsync(context, name, policy);
        else if (await ReadAsync(context) is not { } body) await ControlApi.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Bad pause", "the body is not application/json of the form { \"paused\": true }, with true or false");
        else await edits.RunAsync(context, What, () => Make(subscription, body.Paused), () => Holds(role.Current?.Snapshot, name, body.Paused), changed => WriteAsync(context, name, changed));
    });

    private PolicyEdit Make(SubscriptionEntry subscription, bool paused) => PolicyEdit.Make(
        role.Folder, role.TryCompile, subscription.Origin, What,
        source => (PauseText.Rewrite(source, subscription.Name, paused, out var fault), fault),
        policy => Holds(policy, subscription.Name, paused));

    private static async Task<PauseBody?> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType()) return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, EditingJson.Default.PauseBody, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task WriteAsync(HttpContext context, string name, bool changed)
    {
        // Another edit may have gone live meanwhile, and have taken the subscription out.
        if (role.Current?.Snapshot is not { } policy) return ControlApi.WriteNotReadyAsync(context);
        if (Find(policy, name) is not { } found) return WriteNoneAsync(context, name, policy);
        var answer = new PauseAnswer(name, found.Origin.ToString(), policy.Hash, found.Paused is true, edits.AreServed(policy), changed);
        return ControlApi.WriteAsync(context, StatusCodes.Status200OK, answer, EditingJson.Default.PauseAnswer);
    }

    private static Task WriteNoneAsync(HttpContext context, string name, PolicySnapshot policy) => ControlApi.WriteProblemAsync(
        context, StatusCodes.Status404NotFound, "No such subscription", $"there is no Subscription '{name}'{NearestName.Hint(name, policy.Subscriptions.Select(static one => one.Name))}");

    private static bool Holds(PolicySnapshot? policy, string name, bool paused) => policy is not null && Find(policy, name) is { } found && found.Paused is true == paused;

    private static SubscriptionEntry? Find(PolicySnapshot policy, string name) => policy.Subscriptions.FirstOrDefault(one => one.Name == name);
}
