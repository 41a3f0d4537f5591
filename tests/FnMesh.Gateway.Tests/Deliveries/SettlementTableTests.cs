using System.Text;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class SettlementTableTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Theory]
    [InlineData(500, "the subscriber answered 500; retry: 0 is used up")]
    [InlineData(400, "the subscriber answered 400")]
    public void With_deadLetter_false_what_is_given_up_is_done_and_explained(int status, string reason)
    {
        var settled = Of(deadLetter: false, status);

        Assert.Empty(Assert.IsType<Settlement.Done>(settled.Settlement).Replies);
        Assert.Equal((status, 1, reason, "http://sink/"), (settled.Dropped?.Code, settled.Dropped?.Deliveries, settled.Dropped?.Reason, settled.Dropped?.Destination));
    }

    [Fact]
    public void With_deadLetter_true_it_is_kept_and_not_dropped()
    {
        var settled = Of(deadLetter: true, 500);

        Assert.Equal("the subscriber answered 500; retry: 0 is used up", Assert.IsType<Settlement.DeadLettered>(settled.Settlement).Letter.Reason);
        Assert.Null(settled.Dropped);
    }

    [Theory]
    [InlineData("""{"type":"about:blank","title":"Bad Request","status":400,"detail":"order: 'quantity' is missing","errors":{"a":["b"]}}""", ": order: 'quantity' is missing")]
    [InlineData("""{"errors":{"detail":"not this"},"title":"Bad Request"}""", ": Bad Request")]
    [InlineData("""{"title":"Bad Request","detail":"cut o""", ": Bad Request")]
    [InlineData("""{"detail":"two\nlines"}""", @": two\u000alines")]
    [InlineData("""{"detail":"the event has no data."}""", ": the event has no data")]
    [InlineData("""{"detail":""}""", "")]
    [InlineData("""{"detail":7}""", "")]
    [InlineData("""["detail","x"]""", "")]
    [InlineData("no order 7", "")]
    public void The_reason_of_a_dead_letter_tells_what_the_subscribers_problem_details_say(string body, string said)
    {
        var settled = Of(deadLetter: true, 400, Encoding.UTF8.GetBytes(body));

        Assert.Equal($"the subscriber answered 400{said}", Assert.IsType<Settlement.DeadLettered>(settled.Settlement).Letter.Reason);
    }

    [Fact]
    public void A_long_detail_is_cut_off_in_the_reason()
    {
        var settled = Of(deadLetter: true, 422, Encoding.UTF8.GetBytes($$"""{"detail":"{{new string('x', 900)}}"}"""));

        Assert.Equal($"the subscriber answered 422: {new string('x', 200)}…", Assert.IsType<Settlement.DeadLettered>(settled.Settlement).Letter.Reason);
    }

    private static Settled Of(bool deadLetter, int status, ReadOnlyMemory<byte> body = default)
    {
        var entry = new SubscriptionEntry
        {
            Name = "s",
            Origin = Some.Origin,
            Types = [],
            Filters = [],
            Sink = new SinkEntry { Backends = [], Uri = "http://sink/" },
            Delivery = new DeliveryEntry
            {
                Retry = 0,
                BackoffPolicy = BackoffPolicy.Linear,
                BackoffDelay = TimeSpan.FromSeconds(1),
                BackoffMax = TimeSpan.FromSeconds(1),
                Timeout = TimeSpan.FromSeconds(1),
                Ordered = true,
                DeadLetter = deadLetter,
            },
        };
        var stored = new StoredEvent(7, Now, TestEvents.Of("a"));
        var result = new DeliveryResult(Outcome.Answered(status), "http://sink/", [], [TestEvents.Of("reply")], body);
        return SettlementTable.Of("s", new SubscriptionRules(entry, static _ => true), stored, new PendingDelivery { Offset = 7, Stored = stored }, result, Now);
    }
}
