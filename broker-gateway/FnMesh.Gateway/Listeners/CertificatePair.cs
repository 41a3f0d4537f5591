using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Listeners;

/// <summary>A certificate and its key, read from their files and again when those change. Files that are no good leave what was read before in service, and say so once.</summary>
internal sealed partial class CertificatePair(ListenerTlsEntry files, ILogger log, TimeProvider time)
{
    private const int MaxFileBytes = 256 * 1024;

    private readonly string _certificate = Path.GetFullPath(files.Certificate, Path.GetFullPath(files.Directory));
    private readonly string _key = Path.GetFullPath(files.Key, Path.GetFullPath(files.Directory));
    private readonly Lock _reading = new();
    private (byte[] Certificate, byte[] Key)? _seen;
    private volatile SslServerAuthenticationOptions? _options;
    private volatile string? _fault;

    /// <summary>What handshakes go by; null until a pair was good. One object as long as nothing changes: sessions are resumed within it, and never across a change.</summary>
    public SslServerAuthenticationOptions? Options => _options;

    /// <summary>What is wrong with the files as they are now; null when nothing is.</summary>
    public string? Fault => _fault;

    /// <summary>Reads the files. It blocks as long as the disk takes.</summary>
    public void Refresh()
    {
        lock (_reading)
        {
            var fault = Read(out var certificate, out var key);
            if (fault is null)
            {
                if (_seen is { } seen && seen.Certificate.AsSpan().SequenceEqual(certificate) && seen.Key.AsSpan().SequenceEqual(key)) return;
                _seen = (certificate!, key!);
                fault = Load(certificate!, key!);
            }
            else
            {
                // When they are back they are new, even if they are what they were.
                _seen = null;
            }

            if (fault is not null && fault != _fault) Refused(fault, _options is null ? "connections to its listeners are refused until it is mended" : "what was read before stays in service");
            _fault = fault;
        }
    }

    private static bool TryRead(string path, out byte[]? bytes, out string? fault)
    {
        (bytes, fault) = (null, null);
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[MaxFileBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length <= MaxFileBytes) bytes = buffer[..length];
            else fault = $"{path} is longer than {MaxFileBytes / 1024} KiB";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault = $"{path} cannot be read: {failure.Message}";
        }

        return bytes is not null;
    }

    private string? Read(out byte[]? certificate, out byte[]? key)
    {
        key = null;
        return TryRead(_certificate, out certificate, out var fault) && TryRead(_key, out key, out fault) ? null : fault;
    }

    private string? Load(byte[] certificate, byte[] key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            var text = Encoding.UTF8.GetString(certificate);
            chain.ImportFromPem(text);
            if (chain.Count == 0) return $"{_certificate} holds no certificate in PEM";
            var leaf = WithKey(text, Encoding.UTF8.GetString(key));
            chain.RemoveAt(0);
            _options = new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            };
            var end = leaf.NotAfter.ToUniversalTime();
            Loaded(_certificate, end);
            if (end <= time.GetUtcNow()) Ended(_certificate, end);
            return null;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return $"{_certificate} and {_key} are no pair of a certificate and its unencrypted key in PEM: {failure.Message}";
        }
    }

    private static X509Certificate2 WithKey(string certificate, string key)
    {
        var leaf = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows()) return leaf;
        // Windows speaks TLS with keys of its key store alone, not with those that live in memory.
        using (leaf) return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the certificate {File} is in service; it ends at {End:u}")]
    private partial void Loaded(string file, DateTime end);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the certificate {File} ended at {End:u}; callers will refuse it until the file is another")]
    private partial void Ended(string file, DateTime end);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}; {Consequence}")]
    private partial void Refused(string fault, string consequence);
}
