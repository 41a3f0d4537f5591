using System.Security.Cryptography;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Protocol;
using FnMesh.Node.Storage;
using FnMesh.Node.Stream;
using FnMesh.Policy.Snapshots;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using TrustBundle = FnMesh.Node.Identity.TrustBundle;

namespace FnMesh.Node;

/// <summary>A process's membership: an SVID that is kept fresh, and a stream to control. Neither needs control once it has been there.</summary>
public sealed class MeshNode : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JoinAgainTimeout = TimeSpan.FromSeconds(2);

    private readonly NodeOptions _options;
    private readonly NodeStore _store;
    private readonly NodeLog _log;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly GrpcChannel _channel;
    private readonly Renewal _renewal;
    private readonly CancellationTokenSource _stop = new();
    private ControlStream? _stream;
    private Task _running;
    private int _disposed;

    private MeshNode(NodeOptions options, NodeStore store, Svid svid, TrustBundle bundle, Random random, NodeLog log, TimeProvider time)
    {
        (_options, _store, _random, _log, _time) = (options, store, random, log, time);
        Credentials = new NodeCredentials(svid, bundle, time);
        // The first handler: what the node tells control that it holds is on disk by then, for control retires an authority on that word.
        Credentials.Changed += () => store.Keep(kept => kept.Write(Credentials.Svid, Credentials.Bundle));
        _channel = ControlLine.Open(options.Control, Credentials, RefuseControl);
        _renewal = new Renewal(Credentials, cancel => Enrolment.RenewAsync(_channel, time, cancel), RejoinAsync, random, log, time);
        _running = _renewal.RunAsync(_stop.Token);
    }

    /// <summary>Who this node is, and whom it trusts.</summary>
    public NodeCredentials Credentials { get; }

    /// <summary>
    /// Completes when the node holds an SVID: the one on its disk if it still holds, else one that its join token gives, for which control is asked until it answers.
    /// A token that names other authorities than the one that signed the SVID tells that they were replaced while the node was away; then control is asked once for another.
    /// </summary>
    /// <exception cref="NodeStartException">The node has no SVID that holds and no token, control refuses the token, the token is for another role, or the directory cannot be used.</exception>
    public static async Task<MeshNode> StartAsync(NodeOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var log = new NodeLog(loggers.CreateLogger<MeshNode>());
        try
        {
            var store = new NodeStore(PrivateFolder.Open(options.Directory, NodeStore.CredentialsFile), log.Damaged, log.NotStored);
            if (store.Close()) log.WasOpen(options.Directory);
            var random = new Random(options.Seed);
            if (store.ReadCredentials() is not { } held || held.Svid.NotAfter <= time.GetUtcNow() || RoleFault(options.Role, held.Svid.Id) is not null)
            {
                held = await JoinAsync(options, random, log, time, cancel);
                // What is kept is what the next start goes on with.
                if (RoleFault(options.Role, held.Svid.Id) is { } fault) throw new NodeStartException($"the join token is for {held.Svid.Id}, {fault}");
                store.Write(held.Svid, held.Bundle);
                log.Joined(held.Svid.Id);
            }
            else if (await JoinAgainAsync(options, held.Svid, time, cancel) is { } joined && RoleFault(options.Role, joined.Svid.Id) is null)
            {
                held = joined;
                store.Write(held.Svid, held.Bundle);
                log.Rejoined(held.Svid.Id);
            }
            else if (options.RenewsAtStart && time.GetUtcNow() >= held.Svid.NotBefore + ((held.Svid.NotAfter - held.Svid.NotBefore) / 2))
            {
                held = await RenewAtStartAsync(options, held, log, time, cancel);
                store.Write(held.Svid, held.Bundle);
            }

            return new MeshNode(options, store, held.Svid, held.Bundle, random, log, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"the node's directory '{options.Directory}' cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The policy and the endpoints that were served last; null each when there were none.</summary>
    public (PolicySnapshot? Policy, EndpointSnapshot? Endpoints) ReadLastKnownGood() => (_store.ReadPolicy(), _store.ReadEndpoints());

    /// <summary>The mesh listeners that control named last; empty when it named none.</summary>
    public IReadOnlyList<Uri> ReadLastKnownGateways() => _store.ReadGateways();

    /// <summary>Opens the stream to control and keeps it open. To be called once.</summary>
    /// <param name="duties">What to do with what control says.</param>
    /// <param name="serving">The hash of the policy and the version of the endpoints that are served already; empty for none.</param>
    public void Connect(NodeDuties duties, (string Policy, string Endpoints) serving = default)
    {
        ArgumentNullException.ThrowIfNull(duties);
        if (_stream is not null) throw new InvalidOperationException("the node is connected already");
        if (duties.Gateways is { } gateways)
        {
            duties = duties with
            {
                Gateways = addresses =>
                {
                    gateways(addresses);
                    _store.Keep(kept => kept.Write(addresses));
                },
            };
        }

        var progress = new NodeProgress { Policy = serving.Policy ?? "", Endpoints = serving.Endpoints ?? "" };
        var resources = new PushedResources(duties, _store, progress, _log);
        _stream = new ControlStream(_options, Credentials, _channel, resources, progress, duties, _renewal, _random, _log, _time);
        _running = Task.WhenAll(_running, _stream.RunAsync(_stop.Token));
    }

    /// <inheritdoc cref="ControlStream.Standing"/>
    public IReadOnlyList<string>? Standing => _stream?.Standing;

    /// <inheritdoc cref="ControlStream.AnnounceAsync"/>
    public Task<IReadOnlyList<string>> AnnounceAsync(Announcement announcement, CancellationToken cancel) => Stream.AnnounceAsync(announcement, cancel);

    /// <inheritdoc cref="ControlStream.LeaveAsync"/>
    public Task LeaveAsync(CancellationToken cancel) => Stream.LeaveAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channel.Dispose();
        _stop.Dispose();
    }

    private void RefuseControl(string cause)
    {
        _log.PeerRefused(cause);
        _renewal.Doubt();
    }

    private Task<(Svid Svid, TrustBundle Bundle)> RejoinAsync(CancellationToken cancel) => Enrolment.JoinAsync(_options.Control, ReadToken(_options), _time, _log.PeerRefused, cancel);

    private ControlStream Stream => _stream ?? throw new InvalidOperationException("the node is not connected");

    private static async Task<(Svid Svid, TrustBundle Bundle)> JoinAsync(NodeOptions options, Random random, NodeLog log, TimeProvider time, CancellationToken cancel)
    {
        var token = ReadToken(options);
        var backoff = new Backoff(FirstWait, LongestWait, random);
        while (true)
        {
            string? refused = null;
            try
            {
                return await Enrolment.JoinAsync(options.Control, token, time, cause => refused = cause, cancel);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
            {
                throw new NodeStartException($"control at {options.Control} refuses the join token {token}: {e.Status.Detail}", e);
            }
            catch (Exception e) when (e is RpcException or CryptographicException or OperationCanceledException)
            {
                cancel.ThrowIfCancellationRequested();
                if (refused is not null) throw new NodeStartException($"cannot join at {options.Control}: {refused}", e);
                log.JoinFailed(options.Control, e is RpcException rpc ? rpc.Status.Detail : e.Message);
            }

            await Task.Delay(backoff.Next(), time, cancel);
        }
    }

    /// <returns>Null when there is no reason to, or when it did not succeed: what is held is tried then.</returns>
    private static async Task<(Svid Svid, TrustBundle Bundle)?> JoinAgainAsync(NodeOptions options, Svid held, TimeProvider time, CancellationToken cancel)
    {
        if (FindToken(options, out _) is not { } token) return null;
        if (token.LoadAuthorities().Any(authority => authority.Subject == held.Leaf.Issuer)) return null;
        using var timeout = new CancellationTokenSource(JoinAgainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            return await Enrolment.JoinAsync(options.Control, token, time, static _ => { }, either.Token);
        }
        catch (Exception e) when (e is RpcException or CryptographicException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <returns>What is held where control cannot be reached or refuses: it is good for as long again.</returns>
    private static async Task<(Svid Svid, TrustBundle Bundle)> RenewAtStartAsync(NodeOptions options, (Svid Svid, TrustBundle Bundle) held, NodeLog log, TimeProvider time, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(JoinAgainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        using var channel = ControlLine.Open(options.Control, new NodeCredentials(held.Svid, held.Bundle, time), log.PeerRefused);
        try
        {
            return await Enrolment.RenewAsync(channel, time, either.Token);
        }
        catch (Exception e) when (e is RpcException or CryptographicException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            log.RenewalFailed(e is RpcException rpc ? rpc.Status.Detail : e.Message, held.Svid.NotAfter);
            return held;
        }
    }

    /// <summary>Null when the identity is one for the role.</summary>
    private static string? RoleFault(Role role, SpiffeId id) => role switch
    {
        Role.Gateway when !id.IsGateway => "which is no gateway; 'fnmesh control --token gateway=FILE' writes one that is",
        Role.Function when !id.TryReadApp(out _, out _) => "which is no function app; 'fnmesh control --token app/NAME=FILE' writes one that is",
        Role.Unspecified when !id.IsUser => "which is no person; 'fnmesh control --token user/NAME=FILE' writes one that is",
        _ => null,
    };

    private static JoinToken ReadToken(NodeOptions options) => FindToken(options, out var fault) ?? throw new NodeStartException(fault);

    private static JoinToken? FindToken(NodeOptions options, out string fault)
    {
        fault = $"the node holds no SVID in '{options.Directory}' and has no join token; name its file in FNMESH_JOIN_TOKEN_FILE";
        if (options.JoinTokenFile is not { } file) return null;
        fault = $"the join token's file '{file}' does not exist";
        if (!File.Exists(file)) return null;
        try
        {
            fault = $"the file '{file}' holds no join token; one begins with 'fnmesh1.'";
            return JoinToken.TryParse(File.ReadAllText(file), out var token) ? token : null;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            fault = $"the join token's file '{file}' cannot be read: {unread.Message}";
            return null;
        }
    }
}
