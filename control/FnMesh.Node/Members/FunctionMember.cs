using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node.Members;

/// <summary>An endpoint of a function as a member of the mesh: it has an identity, reaches other functions through the gateways, and is reached by gateways alone.</summary>
public sealed class FunctionMember : IAsyncDisposable
{
    private readonly MemberOptions _options;
    private readonly MeshNode _node;

    private FunctionMember(MemberOptions options, MeshNode node, GatewayHandler gateways) => (_options, _node, Gateways) = (options, node, gateways);

    public NodeCredentials Credentials => _node.Credentials;

    /// <summary>The way to other functions; not to be disposed of by clients.</summary>
    public GatewayHandler Gateways { get; }

    /// <inheritdoc cref="MeshNode.Standing"/>
    public IReadOnlyList<string>? Standing => _node.Standing;

    /// <summary>Whom the endpoint's listener serves: gateways alone.</summary>
    public static bool Accepts(SpiffeId peer) => peer?.IsGateway == true;

    /// <summary>Completes when the process holds an SVID and its stream to control is being opened.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="loggers">For what happens later.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="NodeStartException">As <see cref="MeshNode.StartAsync"/>.</exception>
    public static async Task<FunctionMember> JoinAsync(MemberOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var node = await MeshNode.StartAsync(options.Node, loggers, time, cancel);
        var log = new NodeLog(loggers.CreateLogger<FunctionMember>());
        var gateways = new GatewayHandler(node.Credentials, log.PeerRefused, options.PropagatesTrace, time, options.Node.Seed) { Gateways = node.ReadLastKnownGateways() };
        node.Connect(new NodeDuties { Gateways = addresses => gateways.Gateways = addresses });
        return new FunctionMember(options, node, gateways);
    }

    /// <summary>Says where the endpoint is reached, and what its functions declare in code; said again by itself whenever control is reached anew.</summary>
    /// <param name="address">Absolute https address without a path.</param>
    /// <param name="declaration">As JSON; empty when nothing is declared in code.</param>
    /// <param name="cancel">Gives up the wait; the announcement goes on.</param>
    /// <returns>Why control refuses it; empty when it stands.</returns>
    public Task<IReadOnlyList<string>> AnnounceAsync(Uri address, ReadOnlyMemory<byte> declaration, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _node.AnnounceAsync(
            new Announcement
            {
                Function = new FunctionEndpoint
                {
                    Revision = _options.Revision,
                    Zone = _options.Zone,
                    Address = address.GetLeftPart(UriPartial.Authority),
                    Manifest = ByteString.CopyFrom(declaration.Span),
                    InPlace = _options.InPlace,
                },
            },
            cancel);
    }

    /// <summary>Completes when no gateway sends anything new here; what is in flight may still end.</summary>
    public Task LeaveAsync(CancellationToken cancel) => _node.LeaveAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        Gateways.Dispose();
        await _node.DisposeAsync();
    }
}
