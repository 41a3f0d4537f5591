using System.Text;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

public sealed class Http2AttackTests
{
    private const byte Headers = 1, Reset = 3, Settings = 4, Ping = 6, WindowUpdate = 8, Continuation = 9;
    private const byte EndStream = 1, EndHeaders = 4;
    private const int ProtocolError = 1, FlowControlError = 3, FrameSizeError = 6;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Sooner than the 10 s after which every head ends that has not come.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(8);

    // :method GET, :scheme http, :path /, :authority shop
    private static readonly byte[] Head = [0x82, 0x86, 0x84, 0x41, 4, .. "shop"u8];

    // A literal field 'a' of 100 bytes, never indexed, and one of 3,000 that is (RFC 7541, 6.2).
    private static readonly byte[] Field = [0x10, 1, (byte)'a', 100, .. Enumerable.Repeat((byte)'b', 100)];
    private static readonly byte[] Indexed = [0x40, 1, (byte)'a', 0x7f, 0xb9, 0x16, .. Enumerable.Repeat((byte)'b', 3_000)];

    // Without a code where so much comes that the end of the connection may overtake what the gateway says of it.
    public static TheoryData<string, int?, byte[]> Attacks => new()
    {
        { "a window of the connection beyond 2^31-1", FlowControlError, RawHttp2Caller.Frame(WindowUpdate, 0, 0, 0x7f, 0xff, 0xff, 0xff) },
        { "a window that grows by nothing", ProtocolError, RawHttp2Caller.Frame(WindowUpdate, 0, 0, 0, 0, 0, 0) },
        { "a first window beyond 2^31-1", FlowControlError, RawHttp2Caller.Frame(Settings, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff) },
        { "a window of a stream that nobody opened", ProtocolError, RawHttp2Caller.Frame(WindowUpdate, 0, 9, 0, 0, 0, 1) },
        { "a frame larger than was agreed", FrameSizeError, RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, 1, new byte[16_385]) },
        { "a ping of seven bytes", FrameSizeError, RawHttp2Caller.Frame(Ping, 0, 0, new byte[7]) },
        { "a ping of a stream", ProtocolError, RawHttp2Caller.Frame(Ping, 0, 1, new byte[8]) },
        { "another frame within a head", ProtocolError, [.. RawHttp2Caller.Frame(Headers, EndStream, 1, Head), .. RawHttp2Caller.Frame(Ping, 0, 0, new byte[8])] },
        { "a head that never ends", null, [.. RawHttp2Caller.Frame(Headers, EndStream, 1, Head), .. Many(1_000, _ => RawHttp2Caller.Frame(Continuation, 0, 1, Many(10, _ => Field)))] },
        { "a small head that unpacks to a large one", ProtocolError, RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, 1, [.. Head, .. Indexed, .. Enumerable.Repeat((byte)0xbe, 100)]) },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_frame_that_breaks_a_bound_ends_its_connection_and_nobody_elses(string name, int? code, byte[] frames)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync(frames);

        var ended = await caller.Ended.WaitAsync(AtOnce, Cancel);
        Assert.True(code is null || ended == code, $"{name}: {ended}");
        Assert.Empty(function.Requests);
        Assert.Equal("answer 1", await edge.Client.GetStringAsync("/healthy", Cancel));
    }

    [Fact]
    public async Task Streams_that_are_reset_at_once_do_not_pile_up_and_others_are_served()
    {
        const int Bound = 200;
        var (running, peak) = (0, 0);
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            if (context.Request.Path == "/healthy") return;
            var now = Interlocked.Increment(ref running);
            for (var seen = peak; now > seen && Interlocked.CompareExchange(ref peak, now, seen) != seen; seen = peak) { }
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref running);
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync(Many(5_000, number => [.. RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, (2 * number) + 1, Head), .. RawHttp2Caller.Frame(Reset, 0, (2 * number) + 1, 0, 0, 0, 8)]));
        using var healthy = await edge.Client.GetAsync("/healthy", Cancel).WaitAsync(Patience, Cancel);

        Assert.True(healthy.IsSuccessStatusCode);
        Assert.InRange(peak, 0, Bound);
    }

    [Fact]
    public async Task A_head_of_too_many_fields_is_refused_and_the_connection_goes_on()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync([.. RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, 1, [.. Head, .. Many(140, _ => Field)]), .. RawHttp2Caller.Mark]);

        Assert.Contains("431", Encoding.Latin1.GetString(await caller.Head.WaitAsync(Patience, Cancel)));
        await caller.Marked.WaitAsync(Patience, Cancel);
        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task The_stream_after_the_hundredth_is_refused_until_one_ends()
    {
        const int Streams = 100, Refused = 7;
        await using var function = await StreamingFunction.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync(Many(Streams + 1, number => RawHttp2Caller.Frame(Headers, EndHeaders | EndStream, (2 * number) + 1, Head)));

        Assert.Equal(((2 * Streams) + 1, Refused), await caller.WasReset.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task Pings_and_settings_are_answered_one_by_one_however_many_come_and_others_are_served()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var caller = await RawHttp2Caller.ConnectAsync(edge.Address);

        await caller.WriteAsync([.. Many(50_000, _ => [.. RawHttp2Caller.Frame(Ping, 0, 0, new byte[8]), .. RawHttp2Caller.Frame(Settings, 0, 0)]), .. RawHttp2Caller.Mark]);

        Assert.Equal("answer 1", await edge.Client.GetStringAsync("/healthy", Cancel).WaitAsync(Patience, Cancel));
        await caller.Marked.WaitAsync(Patience, Cancel);
    }

    private static byte[] Many(int count, Func<int, byte[]> one) => [.. Enumerable.Range(0, count).SelectMany(one)];
}
