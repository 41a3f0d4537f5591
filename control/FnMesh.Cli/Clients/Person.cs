using System.Collections.Immutable;
using System.Security.Cryptography;

using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Members;
using FnMesh.Node.Protocol;

using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Cli.Clients;

/// <summary>The person at a command as a member of the mesh: <c>…/user/NAME</c>.</summary>
internal sealed class Person : IAsyncDisposable
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(10);
    private readonly MeshNode _node;
    private readonly GatewayHandler _gateways;

    private Person(MeshNode node, ImmutableArray<Uri> gateways, TimeProvider time)
    {
        _node = node;
        _gateways = new GatewayHandler(node.Credentials, cause => Refusal = cause, propagatesTrace: false, time, seed: 0) { Gateways = gateways, Patience = TimeSpan.Zero };
        Http = new MeshHttp(_gateways);
    }

    public NodeCredentials Credentials => _node.Credentials;

    /// <summary>Requests by the name of an app, or of the broker, as host.</summary>
    public MeshHttp Http { get; }

    /// <summary>Why who answered was not taken for the gateway; null when it was.</summary>
    public string? Refusal { get; private set; }

    /// <summary>One of the two results is null; the other says why nobody joined.</summary>
    public static async Task<(Person? Joined, string? Fault)> JoinAsync(PersonPlace place, TimeProvider time, CancellationToken cancel)
    {
        var options = new NodeOptions
        {
            Name = "user",
            Role = Role.Unspecified,
            Directory = place.Directory,
            Control = place.Control,
            JoinTokenFile = place.TokenFile,
            RenewsAtStart = true,
            Seed = RandomNumberGenerator.GetInt32(int.MaxValue),
        };
        using var deadline = new CancellationTokenSource(JoinTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            return (new Person(await MeshNode.StartAsync(options, NullLoggerFactory.Instance, time, either.Token), place.Gateways, time), null);
        }
        catch (NodeStartException refused)
        {
            return (null, refused.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"control at {place.Control} gave no identity within {JoinTimeout.TotalSeconds:0} s; does it still run, and is its node port reached from here?");
        }
    }

    /// <summary>For answers of any size; the host of a request names the app.</summary>
    public HttpClient CreateClient() => new(_gateways, disposeHandler: false) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _gateways.Dispose();
        await _node.DisposeAsync();
    }
}
