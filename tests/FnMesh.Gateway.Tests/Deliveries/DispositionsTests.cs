using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Pipeline;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class DispositionsTests
{
    [Fact]
    public void Answers_follow_the_Knative_data_plane()
    {
        for (var status = 200; status < 600; status++)
        {
            var expected = status switch
            {
                < 300 => Disposition.Acknowledge,
                404 or 408 or 409 or 429 or >= 500 => Disposition.RetryLater,
                _ => Disposition.DeadLetter,
            };
            Assert.Equal(expected, Dispositions.Of(Outcome.Answered(status), insideMesh: true));
        }
    }

    [Fact]
    public void No_verdict_of_the_mesh_itself_is_ever_acknowledged()
    {
        foreach (var verdict in Enum.GetValues<Verdict>().Where(verdict => verdict != Verdict.Answered))
        {
            Assert.NotEqual(Disposition.Acknowledge, Dispositions.Of(new Outcome(verdict, "no"), insideMesh: true));
        }

        foreach (var verdict in (Verdict[])[Verdict.NoEndpoint, Verdict.NotReady, Verdict.Overloaded, Verdict.BreakerOpen])
        {
            Assert.Equal(Disposition.RetryLaterUncounted, Dispositions.Of(new Outcome(verdict, "no"), insideMesh: true));
        }

        foreach (var verdict in (Verdict[])[Verdict.Denied, Verdict.Malformed, Verdict.Expired])
        {
            Assert.Equal(Disposition.DeadLetter, Dispositions.Of(new Outcome(verdict, "no"), insideMesh: true));
        }

        Assert.Equal(Disposition.RetryLaterUncounted, Dispositions.Of(new Outcome(Verdict.Unreachable, "no", Unsent: true), insideMesh: true));
        Assert.Equal(Disposition.RetryLater, Dispositions.Of(new Outcome(Verdict.Unreachable, "no", Unsent: true), insideMesh: false));
        Assert.Equal(Disposition.RetryLater, Dispositions.Of(new Outcome(Verdict.Unreachable, "no"), insideMesh: true));
    }

    [Theory]
    [InlineData(BackoffPolicy.Exponential, 1, 0, 2)]
    [InlineData(BackoffPolicy.Exponential, 4, 0, 16)]
    [InlineData(BackoffPolicy.Exponential, 100_000, 0, 60)]
    [InlineData(BackoffPolicy.Linear, 1, 0, 2)]
    [InlineData(BackoffPolicy.Linear, 4, 0, 8)]
    [InlineData(BackoffPolicy.Linear, 4, 7, 8)]
    [InlineData(BackoffPolicy.Linear, 4, 90, 90)]
    [InlineData(BackoffPolicy.Linear, 4, 900_000, 86_400)]
    public void The_delay_grows_by_policy_up_to_its_bound_and_a_later_Retry_After_wins(BackoffPolicy policy, int deliveries, int retryAfter, int expected)
    {
        var entry = new DeliveryEntry
        {
            Retry = 3,
            BackoffPolicy = policy,
            BackoffDelay = TimeSpan.FromSeconds(2),
            BackoffMax = TimeSpan.FromMinutes(1),
            Timeout = TimeSpan.FromSeconds(1),
            Ordered = true,
            DeadLetter = true,
        };
        TimeSpan? asked = retryAfter == 0 ? null : TimeSpan.FromSeconds(retryAfter);
        Assert.Equal(TimeSpan.FromSeconds(expected), RedeliverySchedule.DelayAfter(entry, deliveries, asked));
    }
}
