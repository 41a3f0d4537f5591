using System.Globalization;
using StackExchange.Redis;

namespace FnMesh.Bench.Events;

/// <summary>A Redis stream with one consumer group, in an append-only file that is synced before each answer.</summary>
internal sealed class RedisPeer : IEventPeer
{
    private const string Group = "takers";
    private static readonly RedisValue Field = "event";

    private readonly PeerProcess _server;
    private readonly ConnectionMultiplexer _publishing, _reading, _acknowledging;
    private int _turn;
    private RedisKey _stream;
    private volatile bool _over;
    private Task _consuming = Task.CompletedTask;

    private RedisPeer(PeerProcess server, ConnectionMultiplexer publishing, ConnectionMultiplexer reading, ConnectionMultiplexer acknowledging) =>
        (_server, _publishing, _reading, _acknowledging) = (server, publishing, reading, acknowledging);

    public string Name => "redis";

    public string Synced => "a stream, appendfsync always; acknowledged after fsync of the append-only file, one for all commands of a turn of its loop";

    public int ProcessId => _server.Id;

    public TimeSpan Cpu => _server.Cpu;

    public static async Task<IEventPeer> StartAsync(string folder)
    {
        var port = PeerProcess.FreePort();
        var server = await PeerProcess.StartAsync(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
            folder, port);
        var address = $"127.0.0.1:{port}";
        return new RedisPeer(server, await ConnectionMultiplexer.ConnectAsync(address), await ConnectionMultiplexer.ConnectAsync(address), await ConnectionMultiplexer.ConnectAsync(address));
    }

    public async Task BeginAsync(Action<long>? acknowledged)
    {
        _stream = $"bench-{++_turn}";
        if (acknowledged is null) return;
        await _publishing.GetDatabase().StreamCreateConsumerGroupAsync(_stream, Group, StreamPosition.Beginning, createStream: true);
        _over = false;
        _consuming = ConsumeAsync(acknowledged);
    }

    public Task PublishAsync(long number) => _publishing.GetDatabase().StreamAddAsync(_stream, Field, EventBody.Of(number));

    public Task PublishBatchAsync(long first, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => PublishAsync(first + i)));

    public async Task EndAsync()
    {
        _over = true;
        await _consuming;
        await _publishing.GetDatabase().KeyDeleteAsync(_stream);
    }

    public async ValueTask DisposeAsync()
    {
        await _publishing.DisposeAsync();
        await _reading.DisposeAsync();
        await _acknowledging.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ConsumeAsync(Action<long> acknowledged)
    {
        // The client has no call that waits for entries; its connection may wait, since nothing else uses it.
        var (reading, acknowledging) = (_reading.GetDatabase(), _acknowledging.GetDatabase());
        while (!_over)
        {
            var answer = await reading.ExecuteAsync("XREADGROUP", "GROUP", Group, "one", "COUNT", "200", "BLOCK", "500", "STREAMS", _stream, ">");
            if (answer.IsNull) continue;
            foreach (var entry in (RedisResult[])((RedisResult[])((RedisResult[])answer!)[0]!)[1]!)
            {
                var parts = (RedisResult[])entry!;
                var number = EventBody.NumberOf((byte[])((RedisResult[])parts[1]!)[1]!);
                await acknowledging.StreamAcknowledgeAsync(_stream, Group, (RedisValue)parts[0], CommandFlags.FireAndForget);
                acknowledged(number);
            }
        }
    }
}
