using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench.Events;

/// <summary>A function that acknowledges every event, and tells when its answer was complete.</summary>
internal sealed class TakingFunction : IAsyncDisposable
{
    private readonly WebApplication _app;
    private volatile Action<long>? _acknowledged;

    private TakingFunction(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Called with the number of each event when its answer is complete.</summary>
    public Action<long>? Acknowledged { get => _acknowledged; set => _acknowledged = value; }

    public static async Task<TakingFunction> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var function = new TakingFunction(app);
        app.Run(function.TakeAsync);
        await app.StartAsync();
        return function;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        var number = long.Parse(context.Request.Headers["ce-id"].ToString(), CultureInfo.InvariantCulture);
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.OnCompleted(() =>
        {
            _acknowledged?.Invoke(number);
            return Task.CompletedTask;
        });
    }
}
