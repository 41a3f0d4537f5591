using FnMesh.Gateway.Sessions;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;
using Endpoint = FnMesh.Gateway.Routing.Endpoint;

namespace FnMesh.Gateway.Forwarding;

/// <summary>Tells the caller of its session.</summary>
internal static class SessionAnswer
{
    public static void Accompany(HttpResponse response, Session session, Endpoint answered)
    {
        if (session.TokenFor(answered) is not { } token) return;
        var entry = session.Entry;
        if (entry.Type == SessionType.Header)
        {
            response.Headers[entry.Name] = token;
            return;
        }

        var age = entry is { IsPermanent: true, AbsoluteTimeout: { } limit } ? $"; Max-Age={(long)limit.TotalSeconds}" : "";
        response.Headers.Append("Set-Cookie", $"{entry.Name}={token}; Path=/; HttpOnly; SameSite=Lax{age}{(response.HttpContext.Request.IsHttps ? "; Secure" : "")}");
    }
}
