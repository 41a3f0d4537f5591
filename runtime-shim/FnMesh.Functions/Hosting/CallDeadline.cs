using FnMesh.Node.Members;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions.Hosting;

/// <summary>Until when a caller waits, by the header <c>fnmesh-deadline</c> (milliseconds left when the gateway sent it).</summary>
internal static class CallDeadline
{
    private static readonly object Key = new();

    /// <summary>Notes the deadline of every request when it comes in.</summary>
    public static void UseCallDeadline(this IApplicationBuilder app)
    {
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        app.Use(next => http =>
        {
            Note(http, time);
            return next(http);
        });
    }

    private static void Note(HttpContext http, TimeProvider time)
    {
        if (DeadlineHeader.Read(http.Request.Headers[DeadlineHeader.Name]) is { } left) http.Items[Key] = (time.GetTimestamp(), left);
    }

    /// <summary>What is left of it, at least 1 ms; null without one.</summary>
    public static TimeSpan? Left(HttpContext http, TimeProvider time)
    {
        if (http.Items.TryGetValue(Key, out var noted) && noted is (long started, TimeSpan all))
        {
            var left = all - time.GetElapsedTime(started);
            return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }

        return null;
    }
}
