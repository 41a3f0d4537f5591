using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>What a node may say of itself.</summary>
internal static class HelloRules
{
    public const int MaxNameLength = 253;
    private const int MaxManifestBytes = 1 << 20;

    /// <returns>Null when nothing is wrong.</returns>
    public static string? Fault(Hello hello, SpiffeId id)
    {
        if (hello.Node.Length is 0 or > MaxNameLength || !hello.Node.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
            return $"the node's name is 1 to {MaxNameLength} of a-z, A-Z, 0-9, '-', '.' and '_'";
        if (hello.Version.Length > MaxNameLength || hello.Policy.Length > MaxNameLength || hello.Endpoints.Length > MaxNameLength || hello.Process.Length > MaxNameLength)
            return "a version is too long";
        return hello.Role switch
        {
            Role.Gateway => id.IsGateway ? null : $"{id} is no gateway; join with a gateway's token",
            Role.Function => id.TryReadApp(out _, out _) ? null : $"{id} is no function app; join with the token of one",
            _ => "the node names no role",
        };
    }

    /// <inheritdoc cref="Fault(Hello, SpiffeId)"/>
    public static string? Fault(Announcement announcement, NodeEntry node)
    {
        if (node.IsGateway)
            return announcement.Gateway is { Zone.Length: <= MaxNameLength } gateway && IsOrigin(gateway.Mesh, "https") && IsOrigin(gateway.Edge, "http") ? null : "a gateway announces the addresses of its two listeners, absolute and without a path, and no name that is too long";
        if (announcement.Function is not { } function)
            return "a function announces an endpoint";
        if (!IsOrigin(function.Address, "https"))
            return $"'{function.Address}' is no absolute https address without a path";
        if (function.Revision.Length is 0 or > MaxNameLength || function.Zone.Length > MaxNameLength)
            return "the revision has no name, or a name is too long";
        return function.Manifest.Length > MaxManifestBytes ? $"what is declared in code is larger than {MaxManifestBytes} bytes" : null;
    }

    private static bool IsOrigin(string address, string scheme) =>
        address.Length <= 1024 && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == scheme || (scheme == "http" && uri.Scheme == "https")) && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" };
}
