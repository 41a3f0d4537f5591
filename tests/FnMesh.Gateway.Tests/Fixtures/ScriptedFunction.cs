using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A function behind the gateway that answers as the test says and remembers what reached it.</summary>
internal sealed class ScriptedFunction : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedFunction(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>What reached it, in order.</summary>
    public ConcurrentQueue<Received> Requests { get; } = new();

    public static Task<ScriptedFunction> StartAsync(params int[] statuses) => StartAsync((context, number) =>
    {
        context.Response.StatusCode = statuses[Math.Min(number, statuses.Length) - 1];
        return context.Response.WriteAsync($"answer {number}");
    });

    /// <param name="answer">Called with the number of the request, 1 for the first.</param>
    /// <param name="listen">The address; 127.0.0.1 unless said otherwise.</param>
    /// <param name="protocols">What it speaks, in clear text.</param>
    public static async Task<ScriptedFunction> StartAsync(Func<HttpContext, int, Task> answer, IPAddress? listen = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(listen ?? IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols);
        });
        var app = builder.Build();
        var function = new ScriptedFunction(app);
        var count = 0;
        app.Run(async context =>
        {
            var number = Interlocked.Increment(ref count);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            function.Requests.Enqueue(new(context.Request.Method, target, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
            body.Position = 0;
            context.Request.Body = body;
            await answer(context, number);
        });
        await app.StartAsync();
        return function;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal sealed record Received(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
