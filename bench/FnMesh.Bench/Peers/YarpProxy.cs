using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace FnMesh.Bench.Peers;

/// <summary>YARP as its documentation sets it up: one route to one cluster, and nothing else.</summary>
internal static class YarpProxy
{
    public static async Task<int> RunAsync(int port, string function, bool isHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var version = isHttp2 ? new ForwarderRequestConfig { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact } : null;
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "function", Match = new() { Path = "{**path}" } }],
            [new ClusterConfig { ClusterId = "function", HttpRequest = version, Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = function } } }]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
        return 0;
    }
}
