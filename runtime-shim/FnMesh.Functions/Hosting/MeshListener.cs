using FnMesh.Node.Identity;
using FnMesh.Node.Members;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Hosting;

/// <summary>The app's one listener: gateways alone, over mutual TLS. Addresses from ASPNETCORE_URLS and the like have no effect beside it.</summary>
internal static partial class MeshListener
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    public static void Open(KestrelServerOptions kestrel, MemberEnvironment environment)
    {
        var services = kestrel.ApplicationServices;
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(MeshListener));
        kestrel.AddServerHeader = false;
        kestrel.Listen(environment.Listen, listen => listen.UseMesh(() => services.GetRequiredService<MeshMembership>().Member.Credentials, FunctionMember.Accepts, cause => PeerRefused(log, cause), services.GetRequiredService<TimeProvider>(), MaxAge));
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "refused a connection: {Cause}")]
    private static partial void PeerRefused(ILogger log, string cause);
}
