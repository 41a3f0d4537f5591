using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace FnMesh.Bench.Events;

/// <summary>NATS JetStream with a stream in files and one pull consumer.</summary>
internal sealed class NatsPeer : IEventPeer
{
    private const int Ahead = 1_000;

    private readonly PeerProcess _server;
    private readonly NatsConnection _publishing;
    private readonly NatsConnection _subscribing;
    private readonly NatsJSContext _publisher;
    private int _turn;
    private string _stream = "";
    private CancellationTokenSource _over = new();
    private Task _consuming = Task.CompletedTask;

    private NatsPeer(PeerProcess server, string url)
    {
        _server = server;
        (_publishing, _subscribing) = (new(NatsOpts.Default with { Url = url }), new(NatsOpts.Default with { Url = url }));
        _publisher = new(_publishing);
    }

    public string Name => "nats";

    public string Synced => "JetStream, storage file, one replica; acknowledged when written to the file, which it syncs now and then: this version has no setting that syncs first";

    public int ProcessId => _server.Id;

    public TimeSpan Cpu => _server.Cpu;

    public static async Task<IEventPeer> StartAsync(string folder)
    {
        var port = PeerProcess.FreePort();
        var server = await PeerProcess.StartAsync("nats-server", ["-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-js", "-sd", folder], folder, port);
        return new NatsPeer(server, $"nats://127.0.0.1:{port}");
    }

    public async Task BeginAsync(Action<long>? acknowledged)
    {
        _stream = $"bench-{++_turn}";
        await _publisher.CreateStreamAsync(new StreamConfig(_stream, [_stream]) { Storage = StreamConfigStorage.File });
        if (acknowledged is null) return;
        var subscriber = new NatsJSContext(_subscribing);
        var consumer = await subscriber.CreateOrUpdateConsumerAsync(_stream, new ConsumerConfig("taker") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = Ahead });
        _over = new CancellationTokenSource();
        _consuming = ConsumeAsync(consumer, acknowledged, _over.Token);
    }

    public async Task PublishAsync(long number) => (await _publisher.PublishAsync(_stream, EventBody.Of(number))).EnsureSuccess();

    public Task PublishBatchAsync(long first, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => PublishAsync(first + i)));

    public async Task EndAsync()
    {
        await _over.CancelAsync();
        await _consuming;
        await _publisher.DeleteStreamAsync(_stream);
    }

    public async ValueTask DisposeAsync()
    {
        await _publishing.DisposeAsync();
        await _subscribing.DisposeAsync();
        await _server.DisposeAsync();
        _over.Dispose();
    }

    private static async Task ConsumeAsync(INatsJSConsumer consumer, Action<long> acknowledged, CancellationToken over)
    {
        try
        {
            await foreach (var message in consumer.ConsumeAsync<byte[]>(opts: new NatsJSConsumeOpts { MaxMsgs = Ahead }, cancellationToken: over))
            {
                var number = EventBody.NumberOf(message.Data);
                await message.AckAsync(cancellationToken: over);
                acknowledged(number);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The turn is over.
        }
    }
}
