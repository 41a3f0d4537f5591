using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Balance;

/// <summary>A function that says which process answers, after 10 ms, and does worse when it is told to. It is told on a port of its own, which it names with each answer and which stays open.</summary>
internal static class BalanceFunction
{
    public const string Name = "balanced";
    public const string Who = "who";

    /// <summary>Instead of a status: the connection is broken off.</summary>
    public const int BreakOff = 0;

    /// <summary>Instead of a status: nobody listens.</summary>
    public const int Silent = -1;

    public static async Task<int> RunAsync()
    {
        var behavior = new Behavior();
        var work = await ServeAsync(behavior);
        await using var orders = Create("http://127.0.0.1:0");
        orders.MapPost("/become/{milliseconds}/{answer}", async (string milliseconds, string answer) =>
        {
            var wasSilent = behavior.Status == Silent;
            (behavior.Delay, behavior.Status) = (int.Parse(milliseconds, CultureInfo.InvariantCulture), int.Parse(answer, CultureInfo.InvariantCulture));
            if (behavior.Status == Silent) await StopAsync(work);
            else if (wasSilent) work = await ServeAsync(behavior);
        });
        orders.MapGet("/count", (HttpContext context) => context.Response.WriteAsync(Volatile.Read(ref behavior.Calls).ToString(CultureInfo.InvariantCulture)));
        await orders.StartAsync();
        behavior.Who = new Uri(orders.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port.ToString(CultureInfo.InvariantCulture);
        await orders.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<WebApplication> ServeAsync(Behavior behavior)
    {
        var app = Create($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT")}");
        app.MapGet("/work", async (HttpContext context) =>
        {
            Interlocked.Increment(ref behavior.Calls);
            await Task.Delay(behavior.Delay, context.RequestAborted);
            if (behavior.Status == BreakOff)
            {
                context.Abort();
                return;
            }

            context.Response.Headers[Who] = behavior.Who;
            context.Response.StatusCode = behavior.Status;
        });
        await app.StartAsync();
        return app;
    }

    private static async Task StopAsync(WebApplication app)
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static WebApplication Create(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        return builder.Build();
    }

    private sealed class Behavior
    {
        public int Calls;

        public volatile int Delay = 10;

        public volatile int Status = 200;

        public volatile string Who = "";
    }
}
