using FnMesh.Shim.Members;
using FnMesh.Shim.Revisions;

namespace FnMesh.Shim.Tests.Revisions;

public sealed class OfferTests
{
    private static readonly Served Process = new(ProcessPlace.Seat.At(new Uri("http://127.0.0.1:4711")));

    private readonly List<string> _said = [];
    private readonly Offer _offer;

    public OfferTests() => _offer = new Offer((_, _) => Say("serves"), _ => Say("leaves"));

    [Fact]
    public async Task A_replica_that_was_withdrawn_is_offered_no_more_though_its_process_is_there_again()
    {
        await _offer.ServeAsync(Process, CancellationToken.None);
        await _offer.LeaveAsync(forGood: true, CancellationToken.None);
        await _offer.ServeAsync(Process, CancellationToken.None);

        Assert.Equal(["serves", "leaves"], _said);
    }

    [Fact]
    public async Task One_that_had_left_for_a_while_comes_again_and_leaves_again_and_says_each_once()
    {
        await _offer.ServeAsync(Process, CancellationToken.None);
        await _offer.LeaveAsync(forGood: false, CancellationToken.None);
        await _offer.LeaveAsync(forGood: false, CancellationToken.None);
        await _offer.ServeAsync(Process, CancellationToken.None);
        await _offer.LeaveAsync(forGood: true, CancellationToken.None);
        await _offer.LeaveAsync(forGood: true, CancellationToken.None);

        Assert.Equal(["serves", "leaves", "serves", "leaves"], _said);
    }

    [Fact]
    public async Task A_withdrawal_that_comes_while_the_replica_says_that_it_serves_has_the_last_word()
    {
        using var saying = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var offer = new Offer(
            (_, _) =>
            {
                saying.Set();
                go.Wait();
                return Say("serves");
            },
            _ => Say("leaves"));
        var serving = Task.Run(() => offer.ServeAsync(Process, CancellationToken.None));
        saying.Wait();
        var leaving = Task.Factory.StartNew(() => offer.LeaveAsync(forGood: true, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        go.Set();
        await Task.WhenAll(serving, leaving);

        Assert.Equal(["serves", "leaves"], _said);
    }

    private Task Say(string word)
    {
        lock (_said) _said.Add(word);
        return Task.CompletedTask;
    }
}
