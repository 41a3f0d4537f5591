using FnMesh.Shim.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Shim.Tests.Members;

public sealed class ProcessPlaceTests
{
    private static readonly Uri Address = new("http://127.0.0.1:4711");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();
    private readonly ProcessPlace _place;

    public ProcessPlaceTests() => _place = new ProcessPlace(_time);

    [Fact]
    public async Task What_a_process_that_is_gone_never_saw_goes_to_the_next_one_on_the_same_address()
    {
        _place.Take(Address, Patience);
        var gone = _place.Current;
        var refused = _place.NextAsync(gone, Cancel);
        _place.Lose();
        var late = _place.NextAsync(null, Cancel);
        Assert.False(refused.IsCompleted || late.IsCompleted);

        _place.Take(Address, Patience);

        Assert.Same(_place.Current, (await refused).Seat);
        Assert.Same(_place.Current, (await late).Seat);
        Assert.NotSame(gone, _place.Current);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_two_seconds()
    {
        _place.Take(Address, Patience);
        _place.Lose();
        var waiting = _place.NextAsync(null, Cancel);
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(default, await waiting);
    }

    [Fact]
    public async Task Nobody_waits_whose_caller_went_away()
    {
        _place.Take(Address, Patience);
        _place.Lose();
        using var caller = new CancellationTokenSource();
        var waiting = _place.NextAsync(null, caller.Token);
        await caller.CancelAsync();
        Assert.Equal(default, await waiting);
    }

    [Fact]
    public async Task Nobody_waits_where_another_endpoint_can_take_it_nor_after_the_place_was_closed()
    {
        _place.Take(Address, TimeSpan.Zero);
        Assert.Equal(default, await _place.NextAsync(_place.Current, Cancel));
        _place.Lose();
        Assert.Equal(default, await _place.NextAsync(null, Cancel));

        _place.Take(Address, Patience);
        _place.Lose();
        var waiting = _place.NextAsync(null, Cancel);
        _place.Close();
        Assert.Equal(default, await waiting);
        Assert.Equal(default, await _place.NextAsync(null, Cancel));
    }

    [Theory]
    [InlineData(false, "1", null)]
    [InlineData(true, "full", "2")]
    public void What_nobody_saw_is_told_apart_from_what_finds_too_many_waiting(bool isFull, string word, string? retryAfter)
    {
        var response = new DefaultHttpContext().Response;
        Inbound.SayUnsent(response, isFull);
        Assert.Equal<(int, string?, string?)>((503, word, retryAfter), (response.StatusCode, (string?)response.Headers["fnmesh-unsent"], (string?)response.Headers.RetryAfter));
    }

    [Fact]
    public async Task More_than_may_wait_are_told_at_once()
    {
        _place.Take(Address, Patience);
        _place.Lose();
        var waiting = Enumerable.Range(0, ProcessPlace.MaxWaiting).Select(_ => _place.NextAsync(null, Cancel)).ToArray();

        Assert.Equal(new ProcessPlace.Next(null, IsFull: true), await _place.NextAsync(null, Cancel));
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        _place.Take(Address, Patience);
        Assert.All(await Task.WhenAll(waiting), one => Assert.NotNull(one.Seat));
        Assert.NotNull((await _place.NextAsync(null, Cancel)).Seat);
    }
}
