using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Balance;

/// <summary>A function that says which process answers, after 10 ms, and does worse when it is told to.</summary>
internal static class BalanceFunction
{
    public const string Name = "balanced";
    public const string Who = "who";

    public static async Task<int> RunAsync()
    {
        var port = Environment.GetEnvironmentVariable("PORT")!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var (delay, status) = (10, 200);
        app.MapGet("/work", async (HttpContext context) =>
        {
            await Task.Delay(delay, context.RequestAborted);
            context.Response.Headers[Who] = port;
            context.Response.StatusCode = status;
        });
        // Only the run knows the port behind the shim.
        app.MapPost("/become/{milliseconds}/{answer}", (string milliseconds, string answer) => { (delay, status) = (int.Parse(milliseconds, CultureInfo.InvariantCulture), int.Parse(answer, CultureInfo.InvariantCulture)); });
        await app.RunAsync();
        return 0;
    }
}
