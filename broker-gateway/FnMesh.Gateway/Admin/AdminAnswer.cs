using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FnMesh.Gateway.Broker;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Gateway.Admin;

/// <summary>Answers of the admin API: JSON, or problem details; and what it reads of a request.</summary>
internal static class AdminAnswer
{
    /// <summary>An edited event is the largest thing that is sent here, and JSON may take more room than its bytes.</summary>
    public const int MaxBodyBytes = 4 << 20;

    /// <summary>Answers, or says why the log does not.</summary>
    public static async Task GuardAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (BrokerException e)
        {
            await ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "The event log cannot be used", e.Message);
        }
    }

    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);

    public static Task ProblemAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Title = title, Status = status, Detail = detail }, EventJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    }

    /// <summary>The body as JSON of a type; null when the answer says already what is wrong with it.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (await BytesAsync(context) is not { } bytes) return null;
            if (JsonSerializer.Deserialize(bytes.Span, type) is { } body) return body;
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad body", "the body is JSON null; send an object.");
        }
        catch (JsonException e)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, "Bad body", $"the body is not the JSON that is wanted here: {e.Message}");
        }

        return null;
    }

    /// <summary>The body; null when the answer says already that it is too long.</summary>
    public static async Task<ReadOnlyMemory<byte>?> BytesAsync(HttpContext context)
    {
        using var whole = new MemoryStream();
        var piece = new byte[16 << 10];
        while (await context.Request.Body.ReadAsync(piece, context.RequestAborted) is > 0 and var read)
        {
            whole.Write(piece, 0, read);
            if (whole.Length <= MaxBodyBytes) continue;
            await ProblemAsync(context, StatusCodes.Status413PayloadTooLarge, "Too large", $"the body may have {MaxBodyBytes} bytes.");
            return null;
        }

        return whole.ToArray();
    }
}
