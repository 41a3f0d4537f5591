using System.Text;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Gateway.Ingress;

/// <summary>What both listeners have in common: how strictly they read, and the bounds of what they take.</summary>
internal static class ServerLimits
{
    // A line that a bare LF ends is one line to some parsers and two to others.
    private const string OnlyCarriageReturnLineFeed = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>Connections of the gateway that may be upgraded at once, WebSockets over HTTP/2 among them; those of callers from outside are three quarters.</summary>
    public const int Upgraded = 5_000;

    public static void Apply(KestrelServerOptions options)
    {
        AppContext.SetSwitch(OnlyCarriageReturnLineFeed, true);
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
        options.RequestHeaderEncodingSelector = static name =>
            name == HeaderNames.ContentLength ? LengthEncoding.Instance : name == HeaderNames.Connection ? ConnectionEncoding.Instance : null;
        options.Limits.MaxConcurrentConnections = 20_000;
        // Counted by the gateway, which refuses before the function has agreed.
        options.Limits.MaxConcurrentUpgradedConnections = null;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.MaxRequestHeaderCount = 128;
        options.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        options.Limits.MaxRequestLineSize = 8 * 1024;
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        // Who sends or takes less is cut off, after a while in which networks may hiccup.
        options.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        options.Limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        options.Limits.MaxResponseBufferSize = 64 * 1024;
        options.Limits.Http2.MaxStreamsPerConnection = 100;
        // A peer that vanished without a word holds its streams for 50 s at most.
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
