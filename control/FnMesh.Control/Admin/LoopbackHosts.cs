using System.Net;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Control.Admin;

/// <summary>
/// A page of a foreign site can make a browser ask a name that resolves to loopback (DNS rebinding): only requests that name loopback itself pass.
/// </summary>
internal static class LoopbackHosts
{
    public static bool Allows(HostString host)
    {
        var name = host.Host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    public static Task FilterAsync(HttpContext context, RequestDelegate next) =>
        Allows(context.Request.Host)
            ? next(context)
            : ProblemAnswer.WriteAsync(
                context, StatusCodes.Status421MisdirectedRequest, "Not this host", "Ask by localhost, 127.0.0.1 or [::1]: other host names are refused.");
}
