using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FnMesh.Bench.Shed;

/// <summary>A server that answers with as many bytes as a gateway that sheds load and does nothing else, and one that never answers.</summary>
internal static class ShedServers
{
    public const string Plain = "plain";
    public const string Silent = "silent";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(new string('x', 290));

    public static async Task<int> RunAsync(string kind)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{Environment.GetEnvironmentVariable("PORT") ?? "0"}");
        await using var app = builder.Build();
        app.Run(kind == Silent ? static context => Task.Delay(Timeout.Infinite, context.RequestAborted) : Answer);
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening {app.Urls.First()}"));
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static Task Answer(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/problem+json";
        response.Headers.RetryAfter = "1";
        response.ContentLength = Body.Length;
        return response.Body.WriteAsync(Body).AsTask();
    }
}
