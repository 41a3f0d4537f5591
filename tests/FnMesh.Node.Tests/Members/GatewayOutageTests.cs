using FnMesh.Node.Members;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests.Members;

public sealed class GatewayOutageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly object One = new();
    private static readonly object Two = new();
    private static readonly object Three = new();

    private readonly FakeTimeProvider _time = new();
    private readonly GatewayOutage _outage;

    public GatewayOutageTests()
    {
        _outage = new GatewayOutage(_time);
        _outage.Begin(_outage.Heard);
    }

    [Fact]
    public async Task Without_an_outage_everybody_may_try()
    {
        _outage.End();
        Assert.True(await Now(MayTry(One)));
        Assert.True(await Now(MayTry(Two)));
    }

    [Fact]
    public async Task Who_tries_may_try_again_and_the_others_wait_until_a_gateway_takes_a_connection()
    {
        Assert.True(await Now(MayTry(One)));
        var (two, three) = (MayTry(Two), MayTry(Three));
        Assert.True(await Now(MayTry(One)));
        Assert.False(two.IsCompleted || three.IsCompleted);

        _outage.End();

        Assert.True(await two);
        Assert.True(await three);
    }

    [Fact]
    public async Task Who_gives_up_makes_room_for_one_other()
    {
        Assert.True(await Now(MayTry(One)));
        Task<bool>[] waiting = [MayTry(Two), MayTry(Three)];
        _outage.Leave(Two);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        _outage.Leave(One);

        var next = await Task.WhenAny(waiting);
        Assert.True(await next);
        _outage.End();
        Assert.All(await Task.WhenAll(waiting), Assert.True);
    }

    [Fact]
    public async Task A_try_that_has_not_failed_after_a_second_ends_the_outage_for_all()
    {
        Assert.True(await Now(MayTry(One)));
        var (two, three) = (MayTry(Two), MayTry(Three));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(two.IsCompleted || three.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await two);
        Assert.True(await three);
    }

    [Fact]
    public void An_answer_to_what_was_sent_before_the_outage_does_not_end_it()
    {
        var outage = new GatewayOutage(_time);
        var before = outage.Heard;
        outage.Begin(outage.Heard);
        outage.End(before);
        Assert.True(outage.IsOn);

        outage.End(outage.Heard);
        Assert.False(outage.IsOn);
    }

    [Fact]
    public void A_try_that_failed_begins_no_outage_where_a_gateway_was_reached_since_it_began()
    {
        var outage = new GatewayOutage(_time);
        var before = outage.Heard;
        outage.End(before);
        outage.Begin(before);
        Assert.False(outage.IsOn);

        outage.Begin(outage.Heard);
        Assert.True(outage.IsOn);
    }

    [Fact]
    public async Task Nobody_waits_beyond_the_limit_or_once_nobody_waits_for_it()
    {
        Assert.True(await Now(MayTry(One)));
        var two = MayTry(Two, TimeSpan.FromMilliseconds(300));
        using var gone = new CancellationTokenSource();
        var three = MayTry(Three, cancel: gone.Token);

        _time.Advance(TimeSpan.FromMilliseconds(300));
        await gone.CancelAsync();

        Assert.False(await two);
        await Assert.ThrowsAsync<OperationCanceledException>(() => three);
    }

    private Task<bool> MayTry(object request, TimeSpan? limit = null, CancellationToken cancel = default) => _outage.MayTryAsync(request, limit ?? Limit, cancel).AsTask();

    private static Task<bool> Now(Task<bool> asked)
    {
        Assert.True(asked.IsCompleted);
        return asked;
    }
}
