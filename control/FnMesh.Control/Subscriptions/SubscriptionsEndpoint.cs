using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Control.Editing;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Control.Subscriptions;

/// <summary>
/// <c>/api/v1/subscriptions</c>: the HTTP binding of the CloudEvents Subscriptions API. Every subscription of the policy can be read; those that the API has made, each a policy document of its own, can be
/// replaced and deleted.
/// </summary>
/// <param name="role">Whose policy it is.</param>
/// <param name="edits">Makes changes live.</param>
internal sealed class SubscriptionsEndpoint(ControlRole role, LiveEdits edits)
{
    private const string What = "subscription";
    private const string Path = "/api/v1/subscriptions";
    private const int MaxBodyBytes = 256 * 1024;

    // So deep a filter may be, and a little more.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync);
        routes.MapPost(Path, CreateAsync);
        routes.MapMethods(Path, ["OPTIONS"], context => AllowAsync(context, "GET, POST, OPTIONS"));
        routes.MapGet($"{Path}/{{id}}", context => FindAsync(context, (_, entry) => WriteAsync(context, StatusCodes.Status200OK, SubscriptionShape.Of(entry))));
        routes.MapPut($"{Path}/{{id}}", context => FindAsync(context, (policy, entry) => ReplaceAsync(context, policy, entry)));
        routes.MapDelete($"{Path}/{{id}}", context => FindAsync(context, (_, entry) => DeleteAsync(context, entry)));
        routes.MapMethods($"{Path}/{{id}}", ["OPTIONS"], context => AllowAsync(context, "GET, PUT, DELETE, OPTIONS"));
    }

    private Task ListAsync(HttpContext context) => role.Current?.Snapshot is { } policy
        ? WriteAsync(context, StatusCodes.Status200OK, new JsonArray([.. policy.Subscriptions.Select(SubscriptionShape.Of)]))
        : ControlApi.WriteNotReadyAsync(context);

    private async Task CreateAsync(HttpContext context)
    {
        if (role.Current?.Snapshot is not { } policy) await ControlApi.WriteNotReadyAsync(context);
        // An id never comes again: the log keeps the place of a subscription that was deleted.
        else if (await ReadAsync(context, id: null) is { } wish) await PutAsync(context, policy, $"s-{RandomNumberGenerator.GetHexString(16, lowercase: true)}", wish, isPaused: false, StatusCodes.Status201Created);
    }

    private async Task ReplaceAsync(HttpContext context, PolicySnapshot policy, SubscriptionEntry entry)
    {
        if (Fault(entry) is { } fault) await ControlApi.WriteProblemAsync(context, StatusCodes.Status409Conflict, "Not changed", fault);
        else if (await ReadAsync(context, entry.Name) is { } wish) await PutAsync(context, policy, entry.Name, wish, entry.Paused is true, StatusCodes.Status200OK);
    }

    private Task PutAsync(HttpContext context, PolicySnapshot policy, string id, SubscriptionWish wish, bool isPaused, int done)
    {
        var apps = policy.Apps.Select(static app => app.Name).ToHashSet(StringComparer.Ordinal);
        var text = SubscriptionDocument.Write(id, wish, apps.Contains, isPaused);
        SubscriptionEntry? wanted = null;
        return edits.RunAsync(
            context,
            What,
            () => PolicyEdit.Put(role.Folder, role.TryCompile, SubscriptionDocument.FileOf(role.Folder.Path, id), text, What, next => (wanted = Find(next, id)) is not null),
            () => wanted is not null && role.Current?.Snapshot is { } live && Find(live, id) is { } found && SubscriptionShape.AreAlike(found, wanted),
            _ =>
            {
                if (done == StatusCodes.Status201Created) context.Response.Headers.Location = $"{Path}/{id}";
                return WriteAsync(context, done, SubscriptionShape.Of(wanted!));
            },
            StatusCodes.Status400BadRequest);
    }

    private Task DeleteAsync(HttpContext context, SubscriptionEntry entry) => Fault(entry) is { } fault
        ? ControlApi.WriteProblemAsync(context, StatusCodes.Status409Conflict, "Not changed", fault)
        : edits.RunAsync(
            context,
            What,
            () => PolicyEdit.Put(role.Folder, role.TryCompile, SubscriptionDocument.FileOf(role.Folder.Path, entry.Name), null, What, next => Find(next, entry.Name) is null),
            () => role.Current?.Snapshot is { } live && Find(live, entry.Name) is null,
            _ =>
            {
                context.Response.StatusCode = StatusCodes.Status200OK;
                return Task.CompletedTask;
            },
            StatusCodes.Status400BadRequest);

    private string? Fault(SubscriptionEntry entry) => SubscriptionDocument.Fault(role.Folder.Path, entry, role.Current?.Resources ?? []);

    private Task FindAsync(HttpContext context, Func<PolicySnapshot, SubscriptionEntry, Task> then)
    {
        if (role.Current?.Snapshot is not { } policy) return ControlApi.WriteNotReadyAsync(context);
        var id = QualifiedName.Read((string)context.Request.RouteValues["id"]!);
        return Find(policy, id) is { } entry
            ? then(policy, entry)
            : ControlApi.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such subscription", $"there is no Subscription '{id}'{NearestName.Hint(id, policy.Subscriptions.Select(static one => one.Name))}");
    }

    /// <returns>Null when the request was answered.</returns>
    private static async Task<SubscriptionWish?> ReadAsync(HttpContext context, string? id)
    {
        string? misuse;
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MaxBodyBytes;
            var body = context.Request.HasJsonContentType() ? await JsonNode.ParseAsync(context.Request.Body, null, Strict, context.RequestAborted) : null;
            if (SubscriptionWish.Read(body, id, out misuse) is { } wish) return wish;
            if (!context.Request.HasJsonContentType()) misuse = "the body is not application/json";
        }
        catch (JsonException fault)
        {
            misuse = $"the body is no JSON, or names a field twice: {fault.Message}";
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await ControlApi.WriteProblemAsync(context, StatusCodes.Status413PayloadTooLarge, "Too large", $"a subscription has at most {MaxBodyBytes / 1024} KiB");
            return null;
        }

        await ControlApi.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "Bad subscription", misuse!);
        return null;
    }

    private static Task AllowAsync(HttpContext context, string methods)
    {
        context.Response.Headers.Allow = methods;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, int status, JsonNode answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static SubscriptionEntry? Find(PolicySnapshot policy, string id) => policy.Subscriptions.FirstOrDefault(one => one.Name == id);
}
