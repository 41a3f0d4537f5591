using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Gateway.Admin;

/// <summary>What the endpoints for events and dead letters share: their query, their answers, their problems.</summary>
internal static class EventReply
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    /// <summary>Reads <c>limit</c> and <c>before</c>; a fault in them is a sentence.</summary>
    public static string? Fault(IQueryCollection query, out int limit, out long? before)
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

    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);

    public static Task ProblemAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Title = title, Status = status, Detail = detail }, EventJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    }

    /// <summary>Answers, or says that the broker cannot.</summary>
    public static async Task GuardAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context);
        }
        catch (BrokerException e)
        {
            await ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "The event log cannot be read", e.Message);
        }
    }
}
