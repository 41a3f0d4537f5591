using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Policy;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace FnMesh.Node.Members;

/// <summary>An endpoint of a function as a member of the mesh: it has an identity, reaches other functions through the gateways, and is reached by gateways alone.</summary>
public sealed class FunctionMember : IAsyncDisposable
{
    private readonly MemberOptions _options;
    private readonly MeshNode _node;
    private volatile IReadOnlyList<string> _namespaces = [];

    private FunctionMember(MemberOptions options, MeshNode node, GatewayHandler gateways) => (_options, _node, Gateways) = (options, node, gateways);

    public NodeCredentials Credentials => _node.Credentials;

    /// <summary>The qualified name of the revision that it serves.</summary>
    public string Revision => QualifiedName.Read(_options.Revision, NamespaceOf(Credentials));

    /// <summary>The way to other functions; not to be disposed of by clients.</summary>
    public GatewayHandler Gateways { get; }

    /// <summary>Whether apps of a namespace can be called by <c>http://APP.NAMESPACE</c>, as far as control has told.</summary>
    public bool KnowsNamespace(string ns) => ns == QualifiedName.Default || ns == NamespaceOf(Credentials) || _namespaces.Contains(ns);

    /// <inheritdoc cref="MeshNode.Standing"/>
    public IReadOnlyList<string>? Standing => _node.Standing;

    /// <summary>Whom the endpoint's listener serves: gateways alone.</summary>
    public static bool Accepts(SpiffeId peer) => peer?.IsGateway == true;

    /// <summary>Completes when the process holds an SVID and its stream to control is being opened.</summary>
    /// <param name="options">Start-up values.</param>
    /// <param name="loggers">For what happens later.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="NodeStartException">As <see cref="MeshNode.StartAsync"/>, or its identity is of another namespace than it was told.</exception>
    public static async Task<FunctionMember> JoinAsync(MemberOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var node = await MeshNode.StartAsync(options.Node, loggers, time, cancel);
        if (options.Namespace is { } expected && NamespaceOf(node.Credentials) is var actual && actual != expected)
        {
            await node.DisposeAsync();
            throw new NodeStartException($"{MemberEnvironment.NamespaceName} is '{expected}', but the join token is for {node.Credentials.Svid.Id}, of the namespace '{actual}'; give it a token of '{expected}', and a node directory of its own");
        }

        var log = new NodeLog(loggers.CreateLogger<FunctionMember>());
        var gateways = new GatewayHandler(node.Credentials, log.PeerRefused, options.PropagatesTrace, time, options.Node.Seed) { Gateways = node.ReadLastKnownGateways() };
        var member = new FunctionMember(options, node, gateways) { _namespaces = node.ReadLastKnownNamespaces() };
        node.Connect(new NodeDuties { Gateways = addresses => gateways.Gateways = addresses, Namespaces = names => member._namespaces = names });
        return member;
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
                    Revision = Revision,
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

    private static string NamespaceOf(NodeCredentials credentials) => credentials.Svid.Id.TryReadApp(out var ns, out _) ? ns : QualifiedName.Default;

    public async ValueTask DisposeAsync()
    {
        Gateways.Dispose();
        await _node.DisposeAsync();
    }
}
