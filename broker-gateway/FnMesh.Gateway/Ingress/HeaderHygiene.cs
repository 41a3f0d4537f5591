using System.Buffers;

namespace FnMesh.Gateway.Ingress;

/// <summary>Which headers from outside would pass for the mesh's own word, or for a client certificate, and are taken away.</summary>
internal static class HeaderHygiene
{
    private static readonly string[] OwnPrefixes =
    [
        "fnmesh-", "ssl-client-", "x-ssl-client-", "x-client-cert", "x-amzn-mtls-", "x-forwarded-", "l5d-", "x-spiffe-", "x-tls-client-", "x-ms-client-principal", "cf-client-cert-",
    ];

    private static readonly HashSet<string> OwnNames = new(StringComparer.Ordinal)
    {
        "forwarded", "client-cert", "client-cert-chain", "x-client-certificate", "x-arr-clientcert", "x-client-dn", "x-client-verify",
        "x-real-ip", "x-original-url", "x-rewrite-url", "x-original-host", "x-http-method-override", "x-http-method", "x-method-override",
        "dapr-caller-app-id", "dapr-caller-namespace", "dapr-api-token", "x-ssl-cert", "x-certificate", "ssl-cert", "remote-user", "x-remote-user", "proxy", "true-client-ip", "x-client-ip",
    };

    private static readonly int LongestOwn = OwnNames.Concat(OwnPrefixes).Max(static own => own.Length);

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    public static bool IsToken(ReadOnlySpan<char> name) => name.Length > 0 && name.IndexOfAnyExcept(Token) < 0;

    /// <summary>Underscores count as hyphens: many servers hand both to a function under one name.</summary>
    public static bool IsForbidden(string name)
    {
        if (!MayBe(name[0])) return false;
        // Longer names than any of ours are told by how they begin.
        Span<char> plain = stackalloc char[Math.Min(name.Length, LongestOwn)];
        name.AsSpan(0, plain.Length).ToLowerInvariant(plain);
        plain.Replace('_', '-');
        if (name.Length == plain.Length && OwnNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(plain)) return true;
        foreach (var prefix in OwnPrefixes)
        {
            if (plain.StartsWith(prefix)) return true;
        }

        return false;
    }

    /// <summary>Answers of functions keep everything but the mesh's own headers.</summary>
    public static bool IsForbiddenInAnswers(string name) => name.StartsWith("fnmesh", StringComparison.OrdinalIgnoreCase) && IsForbidden(name);

    private static bool MayBe(char first) => (char)(first | 0x20) is 'f' or 's' or 'x' or 'l' or 'c' or 'd' or 'r' or 'p' or 't';
}
