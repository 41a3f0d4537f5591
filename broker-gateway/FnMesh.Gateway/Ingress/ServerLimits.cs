using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace FnMesh.Gateway.Ingress;

/// <summary>What both listeners have in common: how strictly they read, and the bounds of what they take.</summary>
internal static class ServerLimits
{
    // A line that a bare LF ends is one line to some parsers and two to others.
    private const string OnlyCarriageReturnLineFeed = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void Apply(KestrelServerOptions options)
    {
        AppContext.SetSwitch(OnlyCarriageReturnLineFeed, true);
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
        options.RequestHeaderEncodingSelector = static name => name == HeaderNames.ContentLength ? LengthEncoding.Instance : null;
        options.Limits.MaxConcurrentConnections = 20_000;
        options.Limits.MaxConcurrentUpgradedConnections = 5_000;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.MaxRequestHeaderCount = 128;
    }
}
