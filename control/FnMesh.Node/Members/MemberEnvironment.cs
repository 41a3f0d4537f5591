using System.Diagnostics.CodeAnalysis;
using System.Net;
using FnMesh.Node.Protocol;

namespace FnMesh.Node.Members;

/// <summary>The variables by which a process that serves functions is told how to join.</summary>
/// <param name="Member">How to join.</param>
/// <param name="Listen">Where its endpoint listens; port 0 takes a free one.</param>
/// <param name="Advertise">Where gateways reach it; null for where it listens.</param>
public sealed record MemberEnvironment(MemberOptions Member, IPEndPoint Listen, Uri? Advertise)
{
    public const string ControlName = "FNMESH_CONTROL";
    public const string JoinTokenFileName = "FNMESH_JOIN_TOKEN_FILE";
    public const string RevisionName = "FNMESH_REVISION";
    public const string AppName = "FNMESH_APP";
    public const string NamespaceName = "FNMESH_NAMESPACE";
    public const string ZoneName = "FNMESH_ZONE";
    public const string ListenName = "FNMESH_LISTEN";
    public const string AdvertiseName = "FNMESH_ADVERTISE";

    /// <summary>The node's name; by default the revision's with a random end.</summary>
    public const string NodeName = "FNMESH_NODE";

    /// <summary>The node's private folder; by default one of its own below the user's local application data.</summary>
    public const string NodeDirectoryName = "FNMESH_NODE_DIR";

    /// <summary>Whether the namespace that is named, if one is, is there.</summary>
    /// <param name="variable">Reads a variable; null or empty when it is not set.</param>
    /// <param name="fault">Names the variable and the mend; null when nothing is wrong.</param>
    public static bool HasNamespace(Func<string, string?> variable, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(variable);
        fault = variable(NamespaceName) is { Length: > 0 } other and not "default" ? $"{NamespaceName} is '{other}', and the namespace 'default' is the only one yet; leave it out" : null;
        return fault is null;
    }

    /// <param name="variable">Reads a variable; null or empty when it is not set.</param>
    /// <param name="seed">What every random choice starts from.</param>
    /// <param name="environment">Null when something is missing or wrong.</param>
    /// <param name="fault">Names the variable and the mend.</param>
    public static bool TryRead(Func<string, string?> variable, int seed, [NotNullWhen(true)] out MemberEnvironment? environment, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(variable);
        environment = null;
        string? Read(string name) => variable(name) is { Length: > 0 } value ? value : null;

        if (Read(ControlName) is not { } control)
            fault = $"{ControlName} is not set; name the https address of control's node port, such as https://127.0.0.1:7444";
        else if (!IsOrigin(control, out var address))
            fault = $"{ControlName} is '{control}', which is no https address of control's node port, such as https://127.0.0.1:7444";
        else if (!HasNamespace(variable, out fault))
            return false;
        else if (Read(RevisionName) is not { } revision)
            fault = $"{RevisionName} is not set; name the revision of the FunctionApp that this process serves";
        else if (!ListenAddress.TryParse(Read(ListenName) ?? "127.0.0.1:0", out var listen))
            fault = $"{ListenName} is '{Read(ListenName)}', which is no IP address with a port, such as 127.0.0.1:8443";
        else if (Read(AdvertiseName) is { } advertise && !IsOrigin(advertise, out _))
            fault = $"{AdvertiseName} is '{advertise}', which is no https address with a port alone, such as https://10.0.0.7:8443";
        else if (Read(AdvertiseName) is null && (listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)))
            fault = $"{ListenName} is '{listen}', which is every address and names none that gateways can be told; name one in {AdvertiseName}";
        else
        {
            var name = Read(NodeName) ?? $"{revision}-{(uint)seed:x8}";
            fault = null;
            environment = new MemberEnvironment(
                new MemberOptions
                {
                    Revision = revision,
                    Zone = Read(ZoneName) ?? "",
                    Node = new NodeOptions
                    {
                        Name = name,
                        Role = Role.Function,
                        Directory = Read(NodeDirectoryName) ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "fnmesh", "nodes", revision),
                        Control = address,
                        JoinTokenFile = Read(JoinTokenFileName),
                        Seed = seed,
                    },
                },
                listen,
                Read(AdvertiseName) is { } given ? new Uri(given) : null);
        }

        return environment is not null;
    }

    /// <summary>Whether a text is an absolute https address without a path.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="address">Null when it is none.</param>
    public static bool IsOrigin(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme == Uri.UriSchemeHttps && address.PathAndQuery == "/" && address is { UserInfo: "", Fragment: "" };
}
