using System.Net;

using FnMesh.Node.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Http;

/// <summary>The control API on loopback.</summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControlListener(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ControlListener> StartAsync(int port, Action<IEndpointRouteBuilder> map, ILoggerFactory loggers, CancellationToken cancel)
    {
        // The empty builder reads no appsettings.json and no ASPNETCORE_* variable: those belong to the functions.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SignalsElsewhere>();
        builder.Services.AddSingleton(loggers);
        var app = builder.Build();
        try
        {
            app.UseLoopbackHosts();
            app.UseOwnOrigins();
            app.UseRoutingProblems();
            map(app);
            await app.StartAsync(cancel);
            return new ControlListener(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancel) => _app.StopAsync(cancel);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
