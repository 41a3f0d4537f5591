using System.Net;
using FnMesh.Gateway.Broker;
using FnMesh.Node.Identity;

namespace FnMesh.Gateway;

/// <summary>What a gateway process is started with; policy never comes from here.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where callers from outside connect; port 0 takes a free one. The listeners of Gateways are on the same address.</summary>
    public required IPEndPoint Edge { get; init; }

    /// <summary>Pages of which origins may call the edge; null leaves that to functions.</summary>
    public EdgeCors? Cors { get; init; }

    /// <summary>Where members of the mesh connect, over mutual TLS; port 0 takes a free one, null opens no such listener.</summary>
    public IPEndPoint? Mesh { get; init; }

    /// <summary>Who listens on a port already, for people; null where nobody knows.</summary>
    public Func<int, string?> PortOwner { get; init; } = static _ => null;

    /// <summary>Where metrics and health are served in clear text; port 0 takes a free one, null serves them nowhere.</summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>Who the gateway is; needed for <see cref="Mesh"/> and for endpoints that must prove an identity.</summary>
    public NodeCredentials? Credentials { get; init; }

    /// <summary>Where it runs; empty for no zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>How long a connection between members may last, so that who is trusted no more does not stay.</summary>
    public TimeSpan MaxConnectionAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Where events and spans are kept; one gateway at a time, but for the moment in which one takes over from another.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Whether another gateway on the same data directory may take over from this one; on Linux alone.</summary>
    public bool OffersTakeOver { get; init; }

    /// <summary>Whether to take over from the gateway that runs on the data directory, if one does.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Its name as a node; empty when it is none.</summary>
    public string Name { get; init; } = "";

    /// <summary>How to connect to a Kafka; null where there is no way.</summary>
    internal OpenKafka? OpenKafka { get; init; }

    /// <summary>Told the name of the gateway that has taken over, before that one connects to control.</summary>
    internal Func<string, Task> Left { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What every random choice starts from; the same seed makes the same choices.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The process's environment, of which the <c>OTEL_*</c> variables are read.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }
}
