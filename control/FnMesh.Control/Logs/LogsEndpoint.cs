using System.Globalization;
using System.Text.Json;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace FnMesh.Control.Logs;

/// <summary><c>GET /api/v1/logs?app&amp;revision&amp;tail&amp;follow</c>: JSON, one object a line.</summary>
internal static class LogsEndpoint
{
    private const int DefaultTail = 100;
    private const int MaxReaders = 32;
    private const int Batch = 256;

    /// <param name="routes">Where to map.</param>
    /// <param name="tail">The lines; null when none are kept.</param>
    /// <param name="policy">What is live; null until something is.</param>
    public static void MapLogs(this IEndpointRouteBuilder routes, LogTail? tail, Func<PolicySnapshot?> policy)
    {
        var readers = new SemaphoreSlim(MaxReaders);
        routes.MapGet("/api/v1/logs", async context =>
        {
            if (tail is null)
                await ControlApi.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No lines", "this control service keeps no lines");
            else if (!TryReadQuestion(context.Request.Query, policy(), out var question, out var status, out var fault))
                await ControlApi.WriteProblemAsync(context, status, "Bad question", fault);
            else if (!await readers.WaitAsync(TimeSpan.Zero, context.RequestAborted))
                await ControlApi.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many readers", $"{MaxReaders} read the lines already; end one of them");
            else
                await SendAsync(context, tail, question, readers);
        });
    }

    private static bool TryReadQuestion(IQueryCollection query, PolicySnapshot? policy, out LogQuestion question, out int status, out string fault)
    {
        string? Of(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
        string? Qualified(string name) => Of(name) is { } written ? QualifiedName.Read(written) : null;
        (question, status, fault) = (new LogQuestion(Qualified("app"), Qualified("revision"), DefaultTail, Of("follow") == "true"), StatusCodes.Status400BadRequest, "");
        if (Of("tail") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > LogTail.MaxLines)
                fault = $"tail is a number up to {LogTail.MaxLines}";
            question = question with { Tail = count };
        }

        if (fault.Length > 0 || policy is null) return fault.Length == 0;
        var (app, revision) = (question.App, question.Revision);
        status = StatusCodes.Status404NotFound;
        var apps = policy.Apps.Select(entry => entry.Name).Append(LogLine.Mesh);
        var revisions = policy.Apps.Where(entry => app is null || entry.Name == app).SelectMany(entry => entry.Revisions).Select(entry => entry.Name).ToArray();
        if (app is not null && !apps.Contains(app)) fault = $"there is no app '{app}'{NearestName.Hint(app, apps)}";
        else if (revision is not null && !revisions.Contains(revision)) fault = $"there is no revision '{revision}'{(app is null ? "" : $" of {app}")}{NearestName.Hint(revision, revisions)}";
        return fault.Length == 0;
    }

    private static async Task SendAsync(HttpContext context, LogTail tail, LogQuestion question, SemaphoreSlim readers)
    {
        try
        {
            // Who reads slowly is told what it missed; it is not thrown out for it.
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
            context.Response.ContentType = "application/x-ndjson";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.StartAsync(context.RequestAborted);
            await SendAsync(context.Response.BodyWriter.AsStream(), tail, question, context.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The reader went away.
        }
        finally
        {
            readers.Release();
        }
    }

    private static async Task SendAsync(Stream body, LogTail tail, LogQuestion question, CancellationToken cancel)
    {
        var from = tail.Last(question.Tail, question.Wants);
        // Without following, what comes from now on is left out: a busy mesh would never come to an end. Taken last, so that it is never before what is read first.
        var until = question.Follow ? long.MaxValue : tail.Next;
        while (true)
        {
            var lines = tail.Read(ref from, (int)Math.Min(Batch, until - from), out var missed, out var isOver);
            if (missed > 0) await WriteAsync(body, new LogRecord(Text(lines.IsEmpty ? null : lines[0].Time), null, null, null, missed), cancel);
            foreach (var line in lines.Where(question.Wants)) await WriteAsync(body, new LogRecord(Text(line.Time), line.App, line.Revision, line.Text), cancel);
            await body.FlushAsync(cancel);
            if (isOver || from >= until) return;
            await tail.WhenMoreAsync(from, cancel);
        }
    }

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static async Task WriteAsync(Stream body, LogRecord record, CancellationToken cancel)
    {
        await JsonSerializer.SerializeAsync(body, record, LogJson.Default.LogRecord, cancel);
        await body.WriteAsync("\n"u8.ToArray(), cancel);
    }
}
