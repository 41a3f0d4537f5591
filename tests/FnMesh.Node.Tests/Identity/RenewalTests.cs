using System.Threading.Channels;
using FnMesh.Node.Identity;
using FnMesh.Node.Tests.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Node.Tests.Identity;

/// <summary>SVIDs of the fixture live from one hour before <see cref="Authority.Now"/> to one hour after it, so half their life is <see cref="Authority.Now"/>.</summary>
public sealed class RenewalTests : IDisposable
{
    private const string Id = "spiffe://shop.local/gateway";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Authority _authority = new();
    private readonly ResetClock _time = new(Authority.Now.AddMinutes(-30));
    private readonly NodeCredentials _credentials;
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Renewal _renewal;

    public RenewalTests()
    {
        _credentials = new NodeCredentials(_authority.Sign(Id), _authority.Bundle(), _time);
        _renewal = new Renewal(_credentials, _ => AskAsync("renew", Renewed), _ => AskAsync("join", Joined), new Random(7), new NodeLog(NullLogger.Instance), _time);
    }

    private Func<(Svid, TrustBundle)> Renewed { get; set; } = () => throw new RpcException(new Status(StatusCode.Unavailable, "away"));

    private Func<(Svid, TrustBundle)> Joined { get; set; } = () => throw new NodeStartException("there is no token");

    public void Dispose() => _stop.Dispose();

    [Fact]
    public void An_svid_is_renewed_at_about_half_its_life_and_no_two_nodes_do_so_at_once()
    {
        var half = Authority.Now;
        var dues = Enumerable.Range(0, 200).Select(seed => Renewal.DueOf(_credentials.Svid, new Random(seed))).ToArray();

        Assert.All(dues, due => Assert.InRange(due, half.AddMinutes(-6), half.AddMinutes(6)));
        Assert.True(dues.Distinct().Count() > 190);
        Assert.True(dues.Max() - dues.Min() > TimeSpan.FromMinutes(9));
    }

    [Fact]
    public async Task It_asks_when_the_half_has_passed_also_when_the_clock_jumps_there()
    {
        Renewed = () => (_authority.Sign(Id), _authority.Bundle());
        var changed = NextChange();
        var before = _credentials.Svid.Leaf.SerialNumber;
        var running = _renewal.RunAsync(_stop.Token);
        Assert.False(_asked.Reader.TryRead(out _));

        // No timer is set for so long: a machine that slept finds by the clock that it is late.
        _time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal("renew", await NextAsync());
        await changed.WaitAsync(Patience);
        Assert.NotEqual(before, _credentials.Svid.Leaf.SerialNumber);
        await EndAsync(running);
    }

    [Fact]
    public async Task When_control_was_away_it_asks_again_soon_and_later_each_time()
    {
        var time = new LeapingTime();
        var credentials = new NodeCredentials(_authority.Sign(Id), _authority.Bundle(), time);
        var asked = new List<TimeSpan>();
        var renewal = new Renewal(
            credentials,
            async _ =>
            {
                await Task.Yield();
                asked.Add(time.Passed);
                if (asked.Count < 4) throw new RpcException(new Status(StatusCode.Unavailable, "away"));
                await _stop.CancelAsync();
                return (_authority.Sign(Id), _authority.Bundle());
            },
            _ => throw new InvalidOperationException("it still knows control"),
            new Random(7),
            new NodeLog(NullLogger.Instance),
            time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewal.RunAsync(_stop.Token).WaitAsync(Patience));

        Assert.Equal(4, asked.Count);
        for (var failure = 1; failure < 4; failure++) Assert.InRange(asked[failure] - asked[failure - 1], TimeSpan.FromSeconds(Math.Pow(2, failure - 1) / 2), TimeSpan.FromSeconds(Math.Pow(2, failure - 1)));
    }

    [Fact]
    public async Task While_control_is_away_what_is_held_is_kept_and_no_token_is_spent()
    {
        var before = _credentials.Svid;
        var running = _renewal.RunAsync(_stop.Token);
        _renewal.Now();
        Assert.Equal("renew", await NextAsync());
        _renewal.NowIfEstranged();

        Assert.False(_asked.Reader.TryRead(out _));
        Assert.Same(before, _credentials.Svid);
        await EndAsync(running);
    }

    [Fact]
    public async Task An_svid_that_has_ended_is_replaced_by_the_join_token()
    {
        var running = _renewal.RunAsync(_stop.Token);
        Joined = () => (_authority.Sign(Id), _authority.Bundle());
        var changed = NextChange();

        _time.Advance(TimeSpan.FromHours(2));

        await changed.WaitAsync(Patience);
        Assert.Equal(["renew", "join"], [await NextAsync(), await NextAsync()]);
        await EndAsync(running);
    }

    [Fact]
    public async Task A_node_that_was_away_while_the_authority_was_replaced_joins_again_by_its_token_and_takes_the_bundle_whatever_its_number()
    {
        var next = new Authority();
        var running = _renewal.RunAsync(_stop.Token);
        Joined = () => (next.Sign(Id), next.Bundle(sequence: 0));
        var changed = NextChange();

        _renewal.Doubt();
        _renewal.NowIfEstranged();

        await changed.WaitAsync(Patience);
        Assert.Equal((0, next.Certificate.Thumbprint), (_credentials.Bundle.Sequence, _credentials.Bundle.Authorities.Single().Thumbprint));
        Assert.True(_credentials.TrustsItself);
        await EndAsync(running);
    }

    [Fact]
    public async Task After_a_failure_it_asks_again_in_time_also_when_the_clock_is_set_back()
    {
        var running = _renewal.RunAsync(_stop.Token);
        await _time.ArmedAsync();
        _renewal.Now();
        Assert.Equal("renew", await NextAsync());
        await _time.ArmedAsync();

        _time.Jump(TimeSpan.FromMinutes(-20));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("renew", await NextAsync());
        await EndAsync(running);
    }

    [Fact]
    public async Task Whatever_breaks_on_the_way_to_the_next_svid_it_asks_again()
    {
        Renewed = () => throw new ArgumentException("a bug");
        var running = _renewal.RunAsync(_stop.Token);
        await _time.ArmedAsync();
        _renewal.Now();
        Assert.Equal("renew", await NextAsync());
        var pause = await _time.ArmedAsync();
        Renewed = () => (_authority.Sign(Id), _authority.Bundle());
        var changed = NextChange();

        _time.Advance(pause);

        await changed.WaitAsync(Patience);
        await EndAsync(running);
    }

    [Fact]
    public async Task An_svid_whose_life_has_not_begun_since_the_clock_was_set_back_is_replaced_by_the_join_token()
    {
        var running = _renewal.RunAsync(_stop.Token);
        Joined = () => (_authority.Sign(Id), _authority.Bundle());
        var changed = NextChange();

        _time.Jump(TimeSpan.FromHours(-1));
        _renewal.NowIfEstranged();

        await changed.WaitAsync(Patience);
        Assert.Equal(["renew", "join"], [await NextAsync(), await NextAsync()]);
        await EndAsync(running);
    }

    private async Task<(Svid, TrustBundle)> AskAsync(string how, Func<(Svid, TrustBundle)> answer)
    {
        _asked.Writer.TryWrite(how);
        await Task.Yield();
        return answer();
    }

    private Task NextChange()
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _credentials.Changed += () => changed.TrySetResult();
        return changed.Task;
    }

    private async Task<string> NextAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
    }
}
