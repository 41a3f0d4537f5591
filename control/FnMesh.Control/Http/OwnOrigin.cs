using Microsoft.AspNetCore.Http;

namespace FnMesh.Control.Http;

/// <summary>Which requests may change something: those of programs, and those of pages that this server itself sent.</summary>
internal static class OwnOrigin
{
    public static bool Allows(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return true;
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site.ToString() is not ("same-origin" or "none")) return false;
        return !request.Headers.TryGetValue("Origin", out var origin) || origin.ToString() == $"{request.Scheme}://{request.Host}";
    }
}
