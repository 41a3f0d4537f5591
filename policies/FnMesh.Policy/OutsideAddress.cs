using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Policy;

/// <summary>Which addresses deliveries to the outside may reach: those of the public internet, and what a policy names beside them.</summary>
public static class OutsideAddress
{
    // IANA special-purpose registries (RFC 6890), and what carries an IPv4 address inside.
    private static readonly ImmutableArray<(IPNetwork Range, string What)> Kept =
    [
        Of("0.0.0.0/8", "unspecified"), Of("10.0.0.0/8", "private"), Of("100.64.0.0/10", "shared (carrier-grade NAT)"), Of("127.0.0.0/8", "loopback"),
        Of("169.254.0.0/16", "link-local"), Of("172.16.0.0/12", "private"), Of("192.0.0.0/24", "reserved"), Of("192.0.2.0/24", "for documentation"),
        Of("192.168.0.0/16", "private"), Of("198.18.0.0/15", "for benchmarks"), Of("198.51.100.0/24", "for documentation"), Of("203.0.113.0/24", "for documentation"),
        Of("224.0.0.0/4", "multicast"), Of("240.0.0.0/4", "reserved"),
        Of("::/128", "unspecified"), Of("::1/128", "loopback"), Of("fc00::/7", "unique-local"), Of("fe80::/10", "link-local"),
        Of("ff00::/8", "multicast"), Of("2001::/23", "reserved"), Of("2001:db8::/32", "for documentation"), Of("2002::/16", "IPv4 inside of IPv6 (6to4)"), Of("3fff::/20", "for documentation"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>What kind of address it is that is not reached; null when it may be.</summary>
    /// <param name="address">Of either family.</param>
    /// <param name="named">What a policy lets deliveries reach beside the public internet. An IPv4 range holds for addresses that are mapped into IPv6, too.</param>
    public static string? Fault(IPAddress address, IReadOnlyList<IPNetwork> named)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(named);
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
        if (named.Any(range => range.Contains(plain) || (plain.IsIPv4MappedToIPv6 && range.Contains(plain.MapToIPv4())))) return null;
        // A range of IPv6 does not contain them, by .NET's reckoning.
        if (plain.IsIPv4MappedToIPv6) return "IPv4-mapped";
        foreach (var (range, what) in Kept)
        {
            if (range.Contains(plain)) return what;
        }

        return plain.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(plain) ? "reserved" : null;
    }

    /// <summary>The same for an address that is written as one, and for the names that always mean this machine; null too for names that only a look-up can judge.</summary>
    public static string? Fault(Uri address, IReadOnlyList<IPNetwork> named)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IPAddress.TryParse(address.DnsSafeHost, out var written)) return Fault(written, named);
        var host = address.DnsSafeHost.TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? Fault(IPAddress.Loopback, named) : null;
    }

    /// <summary>A range such as <c>10.1.0.0/16</c>, or one address; null for anything else.</summary>
    public static IPNetwork? Range(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];
        // Octal, short and scoped forms are read by some and not by others.
        if (!IPAddress.TryParse(written, out var address) || !string.Equals(address.ToString(), written, StringComparison.OrdinalIgnoreCase) || written.Contains('%', StringComparison.Ordinal)) return null;
        if (slash < 0) return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var range) && range.BaseAddress.Equals(address) ? range : null;
    }

    private static (IPNetwork Range, string What) Of(string range, string what) => (IPNetwork.Parse(range), what);
}
