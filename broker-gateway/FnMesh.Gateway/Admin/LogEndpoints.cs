using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary>What a part of the log shows people: pages of it, newest first, and each entry by its name.</summary>
internal static class LogEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    /// <summary>One page: at most so many entries, from before a place on; the query has further wishes.</summary>
    public delegate ValueTask<TPage> List<TPage>(int limit, long? before, IQueryCollection query, CancellationToken cancel);

    /// <summary>One entry; null when there is none of that name.</summary>
    public delegate ValueTask<TEntry?> Find<TEntry>(string name, CancellationToken cancel)
        where TEntry : class;

    /// <param name="routes">Where to map.</param>
    /// <param name="path">The pages'; an entry's is its name below.</param>
    /// <param name="wishes">What is wrong with the query's further wishes; null when nothing is.</param>
    /// <param name="list">Reads a page.</param>
    /// <param name="page">How it is written.</param>
    /// <param name="find">Reads an entry.</param>
    /// <param name="entry">How it is written.</param>
    /// <param name="missing">The title and the sentence, with {0} for the name, of the answer that there is none.</param>
    public static void Map<TPage, TEntry>(
        IEndpointRouteBuilder routes, string path, Func<IQueryCollection, string?> wishes, List<TPage> list, JsonTypeInfo<TPage> page, Find<TEntry> find, JsonTypeInfo<TEntry> entry, (string Title, string Detail) missing)
        where TEntry : class
    {
        routes.MapGet(path, context => AdminAnswer.GuardAsync(context, async () =>
        {
            if ((Fault(context.Request.Query, out var limit, out var before) ?? wishes(context.Request.Query)) is { } fault) await AdminAnswer.ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad query", fault);
            else await AdminAnswer.JsonAsync(context, await list(limit, before, context.Request.Query, context.RequestAborted), page);
        }));
        routes.MapGet($"{path}/{{name}}", context => AdminAnswer.GuardAsync(context, async () =>
        {
            var name = (string)context.Request.RouteValues["name"]!;
            if (await find(name, context.RequestAborted) is { } found) await AdminAnswer.JsonAsync(context, found, entry);
            else await AdminAnswer.ProblemAsync(context, StatusCodes.Status404NotFound, missing.Title, string.Format(CultureInfo.InvariantCulture, missing.Detail, name));
        }));
    }

    /// <summary>Reads <c>limit</c> and <c>before</c>; a fault in them is a sentence.</summary>
    private static string? Fault(IQueryCollection query, out int limit, out long? before)
    {
        limit = DefaultLimit;
        before = null;
        if (query["limit"] is [var count, ..] && !(int.TryParse(count, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            return $"limit is a number from 1 to {MaxLimit}.";
        }

        if (query["before"] is not [var place, ..]) return null;
        if (!long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return "before is the number that an earlier page gave as next.";
        before = number;
        return null;
    }
}
