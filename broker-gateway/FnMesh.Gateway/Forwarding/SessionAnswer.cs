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
        if (session.TokenFor(answered, out var left) is not { } token) return;
        var entry = session.Entry;
        if (entry.Type == SessionType.Header)
        {
            response.Headers[entry.Name] = token;
            return;
        }

        var age = entry.IsPermanent && left is { } limit ? $"; Max-Age={(long)Math.Ceiling(limit.TotalSeconds)}" : "";
        response.Headers.Append("Set-Cookie", $"{entry.Name}={token}; Path={session.Path}; HttpOnly; SameSite=Lax{age}{(response.HttpContext.Request.IsHttps ? "; Secure" : "")}");
    }
}
