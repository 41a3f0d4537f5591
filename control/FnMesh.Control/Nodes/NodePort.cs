using System.Collections.Concurrent;
using System.Security.Cryptography;
using FnMesh.Control.Identity;
using FnMesh.Node;
using FnMesh.Node.Identity;
using FnMesh.Node.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace FnMesh.Control.Nodes;

/// <summary>The node port's gRPC service.</summary>
internal sealed class NodePort(ICertificateAuthority authority, JoinTokens tokens, NodeTable table, ControlPlaneOptions options, SvidLife life, BoundedWords strangers, ILogger<NodePort> logger, TimeProvider time) : FnMesh.Node.Protocol.Nodes.NodesBase
{
    /// <summary>Names of nodes whose refusal is remembered; beyond that all are forgotten, and said again.</summary>
    private const int MaxRefused = 1_000;

    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Why a node of a name was refused last.</summary>
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);

    public override async Task<Credentials> Join(JoinRequest request, ServerCallContext context)
    {
        if (!tokens.TryRedeem(request.Token, out var id, out var fault))
        {
            strangers.Say(fault, cause => ControlPlaneLog.JoinRefused(logger, context.Peer, cause));
            throw new RpcException(new Status(StatusCode.Unauthenticated, fault));
        }

        return await SignAsync(id, request.Csr, context.CancellationToken);
    }

    public override Task<Credentials> Renew(RenewRequest request, ServerCallContext context) => SignAsync(PeerOf(context), request.Csr, context.CancellationToken);

    public override async Task Connect(IAsyncStreamReader<FromNode> requestStream, IServerStreamWriter<ToNode> responseStream, ServerCallContext context)
    {
        var id = PeerOf(context);
        var hello = await ReadHelloAsync(requestStream, context.CancellationToken);
        var outbox = new NodeOutbox();
        if (table.Connect(hello, id, outbox, out var fault) is not { } node)
        {
            TellOfRefusal(hello.Node, id, fault);
            throw new RpcException(new Status(StatusCode.PermissionDenied, fault));
        }

        _refused.TryRemove(node.Name, out _);
        ControlPlaneLog.Connected(logger, node.Name, id);
        var aging = context.GetHttpContext().Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, aging);
        try
        {
            var welcome = new Welcome { LeaseMilliseconds = (int)options.Lease.TotalMilliseconds, HeartbeatMilliseconds = (int)options.Heartbeat.TotalMilliseconds };
            await responseStream.WriteAsync(new ToNode { Welcome = welcome }, ending.Token);
            var writing = WriteAsync(outbox, responseStream, ending.Token);
            var reading = ReadAsync(requestStream, node, outbox, ending.Token);
            await Task.WhenAny(writing, reading);
            await ending.CancelAsync();
            await Task.WhenAll(writing, reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            table.Disconnect(node, outbox);
            ControlPlaneLog.Disconnected(logger, node.Name);
        }
    }

    private static SpiffeId PeerOf(ServerCallContext context) => PeerConnection.PeerOf(context.GetHttpContext())
        ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "this needs an SVID; join first"));

    private static async Task WriteAsync(NodeOutbox outbox, IServerStreamWriter<ToNode> stream, CancellationToken cancel)
    {
        await foreach (var word in outbox.ReadAllAsync(cancel)) await stream.WriteAsync(word, cancel);
    }

    /// <summary>Who is refused asks again every few seconds, and it is said once.</summary>
    private void TellOfRefusal(string node, SpiffeId id, string fault)
    {
        var name = node.Length <= HelloRules.MaxNameLength ? node : "";
        if (_refused.TryGetValue(name, out var said) && said == fault) return;
        if (_refused.Count >= MaxRefused) _refused.Clear();
        _refused[name] = fault;
        ControlPlaneLog.StreamRefused(logger, id, fault);
    }

    private async Task ReadAsync(IAsyncStreamReader<FromNode> words, NodeEntry node, NodeOutbox outbox, CancellationToken cancel)
    {
        while (await words.MoveNext(cancel))
        {
            try
            {
                table.Take(node, outbox, words.Current);
            }
            catch (Exception failure)
            {
                // Connect waits for the end of both directions and asks neither why it ended.
                ControlPlaneLog.WordFailed(logger, failure, node.Name);
                throw;
            }
        }
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<FromNode> words, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(HelloTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            if (await words.MoveNext(either.Token) && words.Current.WordCase == FromNode.WordOneofCase.Hello) return words.Current.Hello;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            throw cancel.IsCancellationRequested
                ? new RpcException(new Status(StatusCode.Cancelled, "the node went away before it said hello"))
                : new RpcException(new Status(StatusCode.DeadlineExceeded, $"no hello came within {HelloTimeout.TotalSeconds:0} s"));
        }

        throw new RpcException(new Status(StatusCode.InvalidArgument, "the first word is hello"));
    }

    private async Task<Credentials> SignAsync(SpiffeId id, ByteString csr, CancellationToken cancel)
    {
        try
        {
            var chain = await authority.SignAsync(id, csr.Memory, life.Current, cancel);
            var credentials = new Credentials { Bundle = authority.Bundle.ToWords() };
            credentials.Chain.Add(chain.Select(certificate => ByteString.CopyFrom(certificate)));
            return credentials;
        }
        catch (Exception fault) when (fault is CryptographicException or NotSupportedException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, fault.Message));
        }
    }
}
