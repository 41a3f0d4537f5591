using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>Refuses requests in which two parsers could see different ends (RFC 9112, 6): what one takes for a body is another's next request.</summary>
internal static class Framing
{
    // Content-Length is renamed to this by Kestrel when Transfer-Encoding stands beside it.
    private const string Displaced = "X-Content-Length";

    /// <returns>What is wrong with it, for people; null when its end is certain.</returns>
    public static string? Fault(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        if (coding.Count == 0) return null;
        if (request.Headers.ContainsKey(Displaced)) return "Content-Length and Transfer-Encoding stand together; send one of them";
        if (HttpProtocol.IsHttp10(request.Protocol)) return "HTTP/1.0 has no Transfer-Encoding; send Content-Length, or HTTP/1.1";
        return coding.Count == 1 && string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase) ? null : "Transfer-Encoding is not just 'chunked', the only coding that is carried";
    }
}
