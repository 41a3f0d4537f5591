using System.Threading.Channels;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace FnMesh.Node.Stream;

/// <summary>Keeps one stream to control open, and opens it again, later each time, when it breaks.</summary>
internal sealed class ControlStream(
    NodeOptions options, NodeCredentials credentials, GrpcChannel channel, PushedResources resources, NodeProgress progress, NodeDuties duties, Renewal renewal, Random random, NodeLog log, TimeProvider time)
{
    private const int OutboxLength = 64;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WelcomeTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Channel<FromNode>? _outbox;
    private Announcement? _announcement;
    private TaskCompletionSource<IReadOnlyList<string>>? _announced;
    private TaskCompletionSource? _left;
    private volatile IReadOnlyList<string>? _standing;

    /// <summary>What control said last of what the node offers: empty when it stands, else why it does not; null until control has answered. Stays while control is away.</summary>
    public IReadOnlyList<string>? Standing => _standing;

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var backoff = new Backoff(FirstWait, LongestWait, random);
        var lost = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(() =>
                {
                    backoff.Reset();
                    if (lost) log.Connected(options.Control);
                    lost = false;
                }, cancel);
                if (!lost) log.Lost(options.Control, "it ended the stream");
            }
#pragma warning disable CA1031 // Whatever broke the stream, a node without one hears of nothing any more: it is said, and the stream opened again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (cancel.IsCancellationRequested) return;
                if (!lost && e is RpcException { StatusCode: StatusCode.PermissionDenied } refused) log.StreamRefused(options.Control, refused.Status.Detail);
                else if (!lost) log.Lost(options.Control, e is RpcException rpc ? rpc.Status.Detail : e.Message);
                renewal.NowIfEstranged();
            }

            lost = true;
            await Task.Delay(backoff.Next(), time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says what the node offers; the latest announcement is said again on every new stream.</summary>
    /// <returns>Why control refuses it; empty when it stands. Completes when control has answered, which may be after a reconnect.</returns>
    public Task<IReadOnlyList<string>> AnnounceAsync(Announcement announcement, CancellationToken cancel)
    {
        lock (_gate)
        {
            _announced?.TrySetCanceled(CancellationToken.None);
            _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
            announcement.Number = (_announcement?.Number ?? 0) + 1;
            (_announcement, _standing) = (announcement, null);
            _outbox?.Writer.TryWrite(new FromNode { Announcement = announcement });
            return _announced.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Completes when no gateway calls the node any more, or when there is nobody to ask.</summary>
    public Task LeaveAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            (_announcement, _standing) = (null, null);
            if (_outbox is null) return Task.CompletedTask;
            _left ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            _outbox.Writer.TryWrite(new FromNode { Leave = new Leave() });
            return _left.Task.WaitAsync(cancel);
        }
    }

    private async Task ConnectAsync(Action welcomed, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var call = new Nodes.NodesClient(channel).Connect(cancellationToken: ending.Token);
        var outbox = Begin();
        var tasks = new List<Task>();
        // Who waits for this node to follow a rotation need not wait for its next beat.
        void Beat() => outbox.Writer.TryWrite(new FromNode { Heartbeat = Heartbeat() });
        credentials.Changed += Beat;
        try
        {
            await call.RequestStream.WriteAsync(new FromNode { Hello = Hello() }, ending.Token);
            var welcome = await ReadWelcomeAsync(call.ResponseStream, ending.Token);
            welcomed();
            Beat();
            tasks.Add(WriteAsync(call.RequestStream, outbox.Reader, ending.Token));
            tasks.Add(BeatAsync(outbox.Writer, TimeSpan.FromMilliseconds(Math.Clamp(welcome.HeartbeatMilliseconds, 100, 60_000)), ending.Token));
            tasks.Add(resources.RunAsync(answer => outbox.Writer.TryWrite(new FromNode { Answer = answer }), ending.Token));
            tasks.Add(ReadAsync(call.ResponseStream, ending.Token));
            await await Task.WhenAny(tasks);
        }
        finally
        {
            credentials.Changed -= Beat;
            End(outbox);
            await ending.CancelAsync();
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Hello Hello() => new()
    {
        Node = options.Name,
        Role = options.Role,
        Version = typeof(ControlStream).Assembly.GetName().Version!.ToString(3),
        Policy = progress.Policy,
        Endpoints = progress.Endpoints,
        Bundle = credentials.Bundle.Sequence,
        Process = $"{(uint)options.Seed:x8}",
    };

    private Heartbeat Heartbeat()
    {
        var svid = credentials.Svid;
        var beat = new Heartbeat { Bundle = credentials.Bundle.Sequence, Signer = svid.Leaf.Issuer, Svid = svid.Leaf.SerialNumber, SvidEnds = svid.NotAfter.ToUnixTimeSeconds() };
        beat.Faults.Add((duties.Faults?.Invoke() ?? []).Take(NodeDuties.MostFaults));
        return beat;
    }

    private async Task<Welcome> ReadWelcomeAsync(IAsyncStreamReader<ToNode> words, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(WelcomeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        return await words.MoveNext(either.Token) && words.Current.WordCase == ToNode.WordOneofCase.Welcome
            ? words.Current.Welcome
            : throw new IOException("it did not say welcome");
    }

    private Channel<FromNode> Begin()
    {
        // Answers and announcements are few; when control reads so slowly that this fills up, the stream is of no use any more.
        var outbox = Channel.CreateBounded<FromNode>(new BoundedChannelOptions(OutboxLength) { SingleReader = true });
        lock (_gate)
        {
            _outbox = outbox;
            if (_announcement is not null) outbox.Writer.TryWrite(new FromNode { Announcement = _announcement });
        }

        return outbox;
    }

    private void End(Channel<FromNode> outbox)
    {
        lock (_gate)
        {
            if (_outbox == outbox) _outbox = null;
            _left?.TrySetResult();
            _left = null;
        }
    }

    private static async Task WriteAsync(IClientStreamWriter<FromNode> stream, ChannelReader<FromNode> outbox, CancellationToken cancel)
    {
        await foreach (var word in outbox.ReadAllAsync(cancel)) await stream.WriteAsync(word, cancel);
    }

    private async Task BeatAsync(ChannelWriter<FromNode> outbox, TimeSpan period, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(period, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            if (!outbox.TryWrite(new FromNode { Heartbeat = Heartbeat() })) throw new IOException("it takes nothing any more");
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<ToNode> words, CancellationToken cancel)
    {
        while (await words.MoveNext(cancel)) Take(words.Current);
    }

    private void Take(ToNode word)
    {
        switch (word.WordCase)
        {
            case ToNode.WordOneofCase.Push:
                resources.Add(word.Push);
                break;
            case ToNode.WordOneofCase.Bundle:
                credentials.Update(bundle: Enrolment.Read(word.Bundle));
                break;
            case ToNode.WordOneofCase.Mesh:
                duties.Gateways?.Invoke([.. word.Mesh.Gateways.Where(address => Uri.TryCreate(address, UriKind.Absolute, out _)).Select(address => new Uri(address))]);
                break;
            case ToNode.WordOneofCase.RenewNow:
                renewal.Now();
                break;
            case ToNode.WordOneofCase.Announced:
                lock (_gate)
                {
                    if (word.Announced.Number == _announcement?.Number) _announced?.TrySetResult(_standing = [.. word.Announced.Faults]);
                }

                break;
            case ToNode.WordOneofCase.Left:
                lock (_gate) _left?.TrySetResult();
                break;
        }
    }
}
