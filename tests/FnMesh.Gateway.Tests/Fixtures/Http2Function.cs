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

/// <summary>A function that speaks HTTP/2 with prior knowledge and nothing else, as servers of gRPC in clear text do; nothing is read or written but by the test.</summary>
internal sealed class Http2Function : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Http2Function(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    public static async Task<Http2Function> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    /// <summary>Reads one byte, which stands for a message; null at the end.</summary>
    public static async Task<byte?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[1];
        return await stream.ReadAsync(buffer, cancel) == 0 ? null : buffer[0];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
