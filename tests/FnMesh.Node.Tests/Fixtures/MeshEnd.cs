using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Fixtures;

/// <summary>A listener of a member on loopback, which answers with who the caller is.</summary>
internal sealed class MeshEnd : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MeshEnd(NodeCredentials credentials, Func<SpiffeId, bool> accepts, FakeTimeProvider time, TimeSpan maxAge, bool strangers, int maxUnknown)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseMesh(credentials, accepts, Refused.Enqueue, time, maxAge, strangers, maxUnknown)));
        builder.Services.AddLogging(logging => logging.ClearProviders());
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What answers that do not end go on with.</summary>
    public Channel<string> Words { get; } = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<string> Refused { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<MeshEnd> StartAsync(NodeCredentials credentials, Func<SpiffeId, bool>? accepts = null, FakeTimeProvider? time = null, TimeSpan? maxAge = null, bool strangers = false, int maxUnknown = PeerConnection.MaxUnknown)
    {
        var end = new MeshEnd(credentials, accepts ?? (_ => true), time ?? new FakeTimeProvider(Authority.Now), maxAge ?? TimeSpan.FromMinutes(10), strangers, maxUnknown);
        await end._app.StartAsync();
        return end;
    }

    /// <summary>A client that takes any server and shows a certificate, or none.</summary>
    public static HttpClient Anybody(X509Certificate2? certificate = null, ECDsa? key = null)
    {
        var shown = certificate is null || key is null ? certificate : certificate.CopyWithPrivateKey(key);
#pragma warning disable CA5359 // What the server takes is asked, not who it is.
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        if (shown is not null) options.LocalCertificateSelectionCallback = (_, _, _, _, _) => shown;
        return new HttpClient(new SocketsHttpHandler { SslOptions = options, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>A client as a member makes it.</summary>
    public static HttpClient Member(NodeCredentials credentials, Func<SpiffeId, bool>? expects = null, Action<string>? refused = null) =>
        new(new SocketsHttpHandler { SslOptions = MeshTls.Client(credentials, expects ?? (_ => true), refused ?? (_ => { })), UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/endless" => GoOnAsync(context.Response.Body, context.RequestAborted),
        "/upgrade" => UpgradeAsync(context),
        _ => context.Response.WriteAsync($"{PeerConnection.PeerOf(context)?.ToString() ?? "nobody"} {context.Connection.Id}"),
    };

    private async Task UpgradeAsync(HttpContext context)
    {
        await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await GoOnAsync(stream, context.RequestAborted);
    }

    private async Task GoOnAsync(System.IO.Stream to, CancellationToken cancel)
    {
        await foreach (var word in Words.Reader.ReadAllAsync(cancel))
        {
            await to.WriteAsync(Encoding.ASCII.GetBytes(word), cancel);
            await to.FlushAsync(cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
