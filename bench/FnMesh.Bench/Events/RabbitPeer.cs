using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace FnMesh.Bench.Events;

/// <summary>RabbitMQ with a quorum queue, publisher confirms and one consumer.</summary>
internal sealed class RabbitPeer : IEventPeer
{
    private const ushort Ahead = 1_000;
    private static readonly BasicProperties Persistent = new() { DeliveryMode = DeliveryModes.Persistent, ContentType = "application/json" };

    private readonly PeerProcess _ports;
    private readonly PeerProcess _server;
    private readonly IConnection _publishing, _subscribing;
    private readonly IChannel _publisher;
    private IChannel? _subscriber;
    private int _turn;
    private string _queue = "";

    private RabbitPeer(PeerProcess ports, PeerProcess server, IConnection publishing, IConnection subscribing, IChannel publisher) =>
        (_ports, _server, _publishing, _subscribing, _publisher) = (ports, server, publishing, subscribing, publisher);

    public string Name => "rabbitmq";

    public string Synced => "a quorum queue of one node, persistent; confirmed after its write-ahead log is synced, one sync for what waits";

    public int ProcessId => _server.Id;

    public TimeSpan Cpu => _server.Cpu;

    public static async Task<IEventPeer> StartAsync(string folder)
    {
        // The mapper of Erlang's ports would otherwise start by itself, and stay.
        var mapper = PeerProcess.FreePort();
        var ports = await PeerProcess.StartAsync("epmd", ["-address", "127.0.0.1", "-port", Text(mapper)], folder, mapper);
        var (port, distribution) = (PeerProcess.FreePort(), PeerProcess.FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[].");
        var server = await PeerProcess.StartAsync("/usr/lib/rabbitmq/bin/rabbitmq-server", [], folder, port, new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = Text(mapper),
            ["RABBITMQ_NODENAME"] = $"bench{port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Text(port),
            ["RABBITMQ_DIST_PORT"] = Text(distribution),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            ["RABBITMQ_MNESIA_BASE"] = folder,
            ["RABBITMQ_LOG_BASE"] = folder,
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "id"),
        });
        var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = port };
        var (publishing, subscribing) = (await factory.CreateConnectionAsync(), await factory.CreateConnectionAsync());
        var publisher = await publishing.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        return new RabbitPeer(ports, server, publishing, subscribing, publisher);
    }

    public async Task BeginAsync(Action<long>? acknowledged)
    {
        _queue = $"bench-{++_turn}";
        await _publisher.QueueDeclareAsync(_queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        if (acknowledged is null) return;
        var channel = _subscriber = await _subscribing.CreateChannelAsync();
        await channel.BasicQosAsync(0, Ahead, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivered) =>
        {
            var number = EventBody.NumberOf(delivered.Body.Span);
            await channel.BasicAckAsync(delivered.DeliveryTag, multiple: false);
            acknowledged(number);
        };
        await channel.BasicConsumeAsync(_queue, autoAck: false, consumer);
    }

    /// <summary>Completes with the confirmation.</summary>
    public Task PublishAsync(long number) => _publisher.BasicPublishAsync("", _queue, mandatory: false, Persistent, EventBody.Of(number)).AsTask();

    public Task PublishBatchAsync(long first, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => PublishAsync(first + i)));

    public async Task EndAsync()
    {
        if (_subscriber is { } channel) await channel.DisposeAsync();
        _subscriber = null;
        await _publisher.QueueDeleteAsync(_queue, ifUnused: false, ifEmpty: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _publishing.DisposeAsync();
        await _subscribing.DisposeAsync();
        await _server.DisposeAsync();
        await _ports.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
