using System.Collections.Immutable;
using System.Net;
using FnMesh.Control.Nodes;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>A node port on loopback, and real nodes that join it.</summary>
internal sealed class TestPlane : IAsyncDisposable
{
    public const string TrustDomain = "shop.local";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly List<MeshNode> _nodes = [];

    public ControlPlane Plane { get; private set; } = null!;

    /// <summary>What control says.</summary>
    public SaidLines Said { get; } = new();

    /// <summary>Control's folder.</summary>
    public string ControlFolder => Path.Combine(_folder.Path, "control");

    public CancellationToken Deadline { get; } = new CancellationTokenSource(Patience).Token;

    public static async Task<TestPlane> StartAsync(TimeProvider? time = null, int port = 0)
    {
        var test = new TestPlane();
        await test.StartPlaneAsync(time ?? TimeProvider.System, port);
        return test;
    }

    public async Task StartPlaneAsync(TimeProvider time, int port = 0) => Plane = await ControlPlane.StartAsync(
        new ControlPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, port), Directory = ControlFolder, TrustDomain = TrustDomain, Heartbeat = TimeSpan.FromMilliseconds(100) },
        Said,
        time,
        Deadline);

    /// <summary>Stops a node without a word, as a network does that is cut; its folder stays.</summary>
    public async Task SilenceAsync(MeshNode node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    /// <summary>As when its disk is lost: the next control founds another authority.</summary>
    public void ForgetControl() => Directory.Delete(ControlFolder, recursive: true);

    public string Token(SpiffeId id, TimeSpan? life = null)
    {
        var file = Path.Combine(_folder.Path, $"{Guid.CreateVersion7()}.token");
        File.WriteAllText(file, Plane.IssueToken(id, life ?? TimeSpan.FromHours(1)).Reveal());
        return file;
    }

    public NodeOptions Options(string name, Role role, string? tokenFile) => new()
    {
        Name = name,
        Role = role,
        Directory = Path.Combine(_folder.Path, "nodes", name),
        Control = Plane.Address,
        JoinTokenFile = tokenFile,
        Seed = 7,
    };

    /// <param name="name">The node's.</param>
    /// <param name="role">What it is.</param>
    /// <param name="id">Whom its token names.</param>
    /// <param name="seed">Another for another process of the same name.</param>
    public async Task<MeshNode> JoinAsync(string name, Role role, SpiffeId id, int seed = 7)
    {
        var node = await MeshNode.StartAsync(Options(name, role, Token(id)) with { Seed = seed }, Said, TimeProvider.System, Deadline);
        _nodes.Add(node);
        return node;
    }

    public Task<MeshNode> JoinGatewayAsync(string name = "gateway") => JoinAsync(name, Role.Gateway, SpiffeId.Gateway(TrustDomain));

    public Task<MeshNode> JoinFunctionAsync(string name = "pricing-1", string app = "pricing") => JoinAsync(name, Role.Function, SpiffeId.App(TrustDomain, "default", app));

    public static Announcement Endpoint(string address, string revision = "pricing-v1", byte[]? manifest = null, bool inPlace = false) => new()
    {
        Function = new FunctionEndpoint { Revision = revision, Address = address, Manifest = Google.Protobuf.ByteString.CopyFrom(manifest ?? []), InPlace = inPlace },
    };

    public static PolicySnapshot Policy(string more = "", string? ttl = null) => PolicyCompiler.Compile(
    [
        new PolicySource("mesh.yaml", $$"""
            apiVersion: fnmesh.dev/v1alpha1
            kind: Mesh
            metadata: { name: shop }
            spec: { {{(ttl is null ? "" : "identity: { ttl: " + ttl + " }")}} }
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: FunctionApp
            metadata: { name: pricing }
            spec: { revisions: [ { name: pricing-v1, run: { command: [ pricing ] } } ] }
            {{more}}
            """),
    ]).Snapshot!;

    public void Publish(PolicySnapshot policy) => Plane.Publish(policy, Plane.Declarations, ImmutableDictionary<(string, string), ImmutableArray<string>>.Empty);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await Plane.DisposeAsync();
        _folder.Dispose();
    }
}
