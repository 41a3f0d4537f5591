using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A caller over TLS that says one server name in its handshake and any host in its requests.</summary>
internal sealed class TlsCaller : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly HttpMessageInvoker _client;
    private readonly string _scheme;
    private readonly string _serverName;

    /// <param name="files">Whose authority it trusts.</param>
    /// <param name="listener">Where.</param>
    /// <param name="serverName">What the handshake says; empty for nothing.</param>
    /// <param name="version">What is offered by ALPN.</param>
    /// <param name="protocols">Which versions of TLS are offered; the system's unless said otherwise.</param>
    public TlsCaller(PemFiles files, Uri listener, string serverName, Version? version = null, SslProtocols protocols = SslProtocols.None)
    {
        var isHttp2 = version == HttpVersion.Version20;
        _serverName = serverName;
        // With HTTP/1.1 nothing says the scheme, and the handshake is made below; HTTP/2 has it in each request.
        _scheme = isHttp2 ? "https" : "http";
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        var options = new SslClientAuthenticationOptions { TargetHost = serverName, RemoteCertificateValidationCallback = Take, EnabledSslProtocols = protocols, CertificateChainPolicy = files.Trust };
        if (isHttp2)
        {
            handler.SslOptions = options;
            handler.ConnectCallback = async (_, cancel) => await ConnectAsync(listener, cancel);
        }
        else
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var tls = new SslStream(await ConnectAsync(listener, cancel));
                options.ApplicationProtocols = [SslApplicationProtocol.Http11];
                await tls.AuthenticateAsClientAsync(options, cancel);
                Protocol = tls.SslProtocol;
                return tls;
            };
        }

        Version = version ?? HttpVersion.Version11;
        _client = new HttpMessageInvoker(handler);
    }

    public Version Version { get; }

    /// <summary>What the listener proved itself with last.</summary>
    public string? Thumbprint { get; private set; }

    /// <summary>How many handshakes there were.</summary>
    public int Handshakes { get; private set; }

    public SslProtocols Protocol { get; private set; }

    /// <exception cref="HttpRequestException">There is no connection.</exception>
    public Task<HttpResponseMessage> GetAsync(string host, string path = "/") => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri($"{_scheme}://{host}{path}")));

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        (request.Version, request.VersionPolicy) = (Version, HttpVersionPolicy.RequestVersionExact);
        var answer = await _client.SendAsync(request, Cancel);
        // Only then the connection is free for the next.
        await answer.Content.LoadIntoBufferAsync(Cancel);
        return answer;
    }

    public void Dispose() => _client.Dispose();

    private static async Task<NetworkStream> ConnectAsync(Uri listener, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(listener.Host), listener.Port, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private bool Take(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        (Thumbprint, Handshakes) = ((certificate as X509Certificate2)?.Thumbprint, Handshakes + 1);
        // Without a server name there is none that the certificate could have.
        return errors == SslPolicyErrors.None || (_serverName.Length == 0 && errors == SslPolicyErrors.RemoteCertificateNameMismatch);
    }
}
