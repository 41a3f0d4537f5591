using FnMesh.Gateway.Idempotency;
using FnMesh.Node.Http;

namespace FnMesh.Gateway.Tests.Idempotency;

public sealed class KeptBodyTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Copies_share_a_budget_and_give_back_what_they_took()
    {
        var budget = new CopyBudget(5);
        using var caller = new MemoryStream();
        var first = new KeptBody(caller, budget);
        await first.WriteAsync(new byte[3], Cancel);
        using (var second = new KeptBody(caller, budget))
        {
            await second.WriteAsync(new byte[3], Cancel);
            Assert.Null(second.Whole);
        }

        Assert.Equal(3, first.Whole!.Length);
        first.Dispose();

        using var third = new KeptBody(caller, budget);
        await third.WriteAsync(new byte[5], Cancel);
        Assert.Equal(5, third.Whole!.Length);
        Assert.Equal(11, caller.Length);
    }

    [Fact]
    public async Task A_caller_that_is_gone_does_not_end_the_copy()
    {
        using var kept = new KeptBody(new GoneStream(), new CopyBudget(100));

        await kept.WriteAsync(new byte[] { 1, 2 }, Cancel);
        await kept.FlushAsync(Cancel);
        await kept.WriteAsync(new byte[] { 3 }, Cancel);

        Assert.Equal([1, 2, 3], kept.Whole);
    }

    private sealed class GoneStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("gone");
    }
}
