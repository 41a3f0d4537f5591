using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Bench;

/// <summary>A function that acknowledges every event and notes when its answer was complete.</summary>
internal sealed class Function : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<long, long> _acknowledged = new();
    private long _awaited = long.MaxValue;
    private TaskCompletionSource _all = new();

    private Function(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<Function> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var function = new Function(app);
        app.MapPost("/events", function.Take);
        await app.StartAsync();
        return function;
    }

    /// <summary>Completes when that many different events were acknowledged; gives when each was, by number, and forgets them.</summary>
    public async Task<Dictionary<long, long>> TakeAllAsync(long count)
    {
        Volatile.Write(ref _awaited, count);
        if (_acknowledged.Count < count) await _all.Task.WaitAsync(TimeSpan.FromMinutes(3));
        var all = _acknowledged.ToDictionary();
        _acknowledged.Clear();
        Volatile.Write(ref _awaited, long.MaxValue);
        _all = new();
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private IResult Take(HttpContext context)
    {
        var number = long.Parse(context.Request.Headers["ce-id"].ToString(), CultureInfo.InvariantCulture);
        context.Response.OnCompleted(() =>
        {
            if (_acknowledged.TryAdd(number, Stopwatch.GetTimestamp())) Notice();
            return Task.CompletedTask;
        });
        return Results.NoContent();
    }

    private void Notice()
    {
        var awaited = Volatile.Read(ref _awaited);
        if (awaited != long.MaxValue && _acknowledged.Count >= awaited) _all.TrySetResult();
    }
}
