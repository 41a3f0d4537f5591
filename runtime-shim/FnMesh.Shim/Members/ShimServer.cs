using System.Text;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Shim.Members;

/// <summary>One of the shim's two listeners: Kestrel and a forwarder, without a host's pipeline between them.</summary>
internal sealed class ShimServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly WebApplication _parts;
    private readonly IServer _server;
    private readonly Func<HttpContext, IHttpForwarder, Task> _handle;
    private readonly ServiceProvider _forwarding;
    private readonly IHttpForwarder _forwarder;

    /// <param name="listen">Opens the one endpoint.</param>
    /// <param name="handle">Takes each request.</param>
    /// <param name="loggers">For the server.</param>
    /// <param name="transport">What takes connections; null for plain sockets.</param>
    public ShimServer(Action<KestrelServerOptions> listen, Func<HttpContext, IHttpForwarder, Task> handle, ILoggerFactory loggers, IConnectionListenerFactory? transport = null)
    {
        _handle = handle;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.RequestHeaderEncodingSelector = static name => name == HeaderNames.Connection ? ConnectionEncoding.Instance : Encoding.UTF8;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxConcurrentConnections = 10_000;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 5_000;
            listen(kestrel);
        });
        builder.Services.AddSingleton(loggers);
        if (transport is not null) builder.Services.AddSingleton(transport);
        _parts = builder.Build();
        _server = _parts.Services.GetRequiredService<IServer>();
        // What the forwarder logs of a failure, the answer says.
        _forwarding = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddLogging().AddHttpForwarder().BuildServiceProvider();
        _forwarder = _forwarding.GetRequiredService<IHttpForwarder>();
    }

    public Uri Address => new(_server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());

    /// <exception cref="IOException">The port is taken.</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(this, cancel);

    /// <summary>Takes no new request and lets those in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _handle(context, _forwarder);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _parts.DisposeAsync();
        await _forwarding.DisposeAsync();
    }
}
