using System.Net;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class BodyRoomTests
{
    private const int Limit = 1 << 20;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bodies_that_are_read_at_once_share_a_bound_and_give_their_parts_back()
    {
        var room = new BodyRoom(200_000, 200_000);
        using (var first = room.Open("a"))
        {
            Assert.Equal(100_000, (await ReadAsync(first, 100_000)).Bytes.Length);
            using var second = room.Open("a");
            Assert.True((await ReadAsync(second, 100_000)).Crowded);
        }

        using var third = room.Open("a");
        Assert.Equal(100_000, (await ReadAsync(third, 100_000)).Bytes.Length);
    }

    [Fact]
    public void A_caller_who_holds_all_that_one_may_leaves_room_to_others_and_gets_it_back_when_a_body_ends()
    {
        var room = new BodyRoom(4 << 20, 1 << 20);
        using var slow = room.Open(IPAddress.Loopback);
        using (var held = room.Open(IPAddress.Loopback))
        {
            Assert.True(held.TryGrow(1 << 20));
            Assert.False(slow.TryGrow(1));
            Assert.Equal("more than 1 MiB of events are being received from this caller", slow.Fault);
            using var other = room.Open(IPAddress.Parse("127.0.0.2"));
            Assert.True(other.TryGrow(1 << 20));
        }

        Assert.True(slow.TryGrow(1 << 20));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    public void Callers_from_outside_are_told_apart_by_address_and_those_of_version_6_by_network(string one, string other, bool same) =>
        Assert.Equal(same, BodySender.NetworkOf(IPAddress.Parse(one)).Equals(BodySender.NetworkOf(IPAddress.Parse(other))));

    [Fact]
    public async Task What_is_announced_and_does_not_come_takes_no_room()
    {
        var room = new BodyRoom(200_000, 200_000);
        using var share = room.Open("a");

        var body = await BoundedBody.ReadAsync(new MemoryStream(new byte[10]), Limit, Limit, share, Cancel);

        Assert.Equal(10, body.Bytes.Length);
        using var other = room.Open("a");
        Assert.True(other.TryGrow(100_000));
    }

    [Fact]
    public async Task Events_that_do_not_come_within_a_minute_are_refused_and_the_connection_ends()
    {
        var time = new ToldTimers(TimeSpan.FromSeconds(60));
        await using var edge = await Edge.StartAsync("", time);
        using var caller = await RawCaller.ConnectAsync(edge.Address);
        await caller.WriteAsync("POST /events HTTP/1.1\r\nHost: shop\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 1000\r\n\r\n{");
        await time.Set.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        time.Advance(TimeSpan.FromSeconds(60));

        var answer = await caller.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("the body did not come within 60 s", answer);
    }

    private static ValueTask<BoundedBody> ReadAsync(BodyRoom.Share share, int length) => BoundedBody.ReadAsync(new MemoryStream(new byte[length]), length, Limit, share, Cancel);

    /// <summary>A clock of the test that tells when a timer of one length is set.</summary>
    private sealed class ToldTimers(TimeSpan length) : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Set => _set.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == length) _set.TrySetResult();
            return timer;
        }
    }
}
