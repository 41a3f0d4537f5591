using System.Globalization;
using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions.Hosting;

/// <summary>Runs a timer's function now, because somebody asks for it. It does not overlap a run that is due, and changes nothing of when it is due next.</summary>
internal static class TimerCall
{
    public static async Task RunAsync(BoundFunction function, HttpContext http)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var next = Schedule.Parse(function.Descriptor.Schedule!, function.Descriptor.Name).After(now) ?? now;
        var timer = new TimerInfo { ScheduleStatus = new ScheduleStatus { Last = now.UtcDateTime, Next = next.UtcDateTime, LastUpdated = now.UtcDateTime } };
        var context = new FunctionContext(function.Descriptor, http) { Timer = timer };
        if (!function.Turn.Wait(0, CancellationToken.None))
        {
            http.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
            await Refusal.WriteAsync(context, StatusCodes.Status409Conflict, null, "it runs just now, and a timer never overlaps itself; ask again when it has ended.");
            return;
        }

        try
        {
            await function.Execute(context);
            await Answers.EmptyAsync(context);
        }
        finally
        {
            function.Turn.Release();
        }
    }
}
