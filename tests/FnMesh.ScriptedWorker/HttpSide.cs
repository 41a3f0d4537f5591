using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.ScriptedWorker;

/// <summary>The HTTP server of a worker that takes requests itself.</summary>
internal sealed class HttpSide
{
    private const string InvocationId = "x-ms-invocation-id";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _expected = [];
    private readonly WebApplication _app;

    private HttpSide(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <param name="script">The script.</param>
    /// <param name="does">What a function does, by its name.</param>
    public static async Task<HttpSide> StartAsync(Script script, Func<string, string?> does)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var side = new HttpSide(builder.Build());
        side._app.Run(context => side.TakeAsync(context, does(context.Request.Path.Value!.Split('/')[^1])));
        await side._app.StartAsync();
        return side;
    }

    /// <summary>The other half of a request has come.</summary>
    public void Expect(string invocation) => Half(invocation).TrySetResult();

    private TaskCompletionSource Half(string invocation) => _expected.GetOrAdd(invocation, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task TakeAsync(HttpContext context, string? does)
    {
        var request = context.Request;
        if (!request.Headers.ContainsKey("x-forwarded-host") || !request.Headers.ContainsKey("x-forwarded-proto"))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await Half(request.Headers[InvocationId].ToString()).Task.WaitAsync(TimeSpan.FromSeconds(5));
        switch (does)
        {
            case "fail":
                // As dotnet: 200 with nothing in it, and the stream tells of the failure.
                return;
            case "never" or "failunanswered":
                // As node when a function fails: no answer at all.
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return;
            default:
                context.Response.StatusCode = StatusCodes.Status201Created;
                context.Response.Headers[InvocationId] = request.Headers[InvocationId];
                context.Response.Headers["x-path"] = $"{request.Path}{request.QueryString}";
                context.Response.Headers["x-invocations"] = request.Headers[InvocationId].Count.ToString();
                using (var body = new StreamReader(request.Body)) await context.Response.WriteAsync($"{request.Method} {await body.ReadToEndAsync()}");
                return;
        }
    }
}
