using System.Net;
using System.Net.Sockets;
using FnMesh.Node.Identity;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>Who sends a body, as far as is known before it is read: a member by its identity, somebody outside by the address of the connection.</summary>
internal static class BodySender
{
    private const int NetworkBytes = 8;
    private static readonly object Nobody = new();

    public static object Of(HttpContext context, SpiffeId? member) => member ?? (context.Connection.RemoteIpAddress is { } address ? NetworkOf(address) : Nobody);

    /// <summary>Whoever has one address of version 6 has all of its network (RFC 4291, 2.5.4), and could send from each.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return new IPAddress(bytes);
    }
}
