using System.Diagnostics.Metrics;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Metrics;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>CloudEvents Subscriptions API 0.1-wip, 3.2.4, and CESQL 1.0, 1.2.</summary>
public sealed class SqlFilterTests : IDisposable
{
    private static readonly EventRecord Order = Reading.Record(
        ("id", "1"), ("source", "/orders"), ("type", "shop.order.paid"), ("subject", "order-7"), ("hops", "3"), ("test", "true"));

    private readonly Meter _meter = new("filters");
    private readonly CounterFamily _faults;

    public SqlFilterTests() => _faults = new CounterFamily(_meter, "faults", "{event}", "");

    public void Dispose() => _meter.Dispose();

    [Theory]
    [InlineData("subject LIKE 'order-%'", true)]
    [InlineData("subject LIKE 'stock-%'", false)]
    [InlineData("hops < 5 AND NOT test = FALSE", true)]
    [InlineData("EXISTS time OR specversion = '1.0'", true)]
    [InlineData("type IN ('shop.order.paid', 'shop.order.placed')", true)]
    public void An_event_passes_where_the_expression_is_true(string expression, bool passes) => Assert.Equal(passes, Matches(new EventFilter.Sql(expression)));

    [Theory]
    [InlineData("nothing = 'x'", "MissingAttribute")]
    [InlineData("nothing != 'x'", "MissingAttribute")]
    [InlineData("subject > 5", "Cast")]
    [InlineData("hops / (hops - 3) = 1", "Math")]
    [InlineData("LEFT(subject, 0 - hops) = 'order-7'", "FunctionEvaluation")]
    public void An_event_for_which_there_is_any_error_MUST_NOT_pass_and_counts(string expression, string fault)
    {
        Assert.False(Matches(new EventFilter.Sql(expression)));
        Assert.Equal(1, Count(fault));
    }

    [Fact]
    public void A_value_that_is_no_Boolean_MUST_NOT_pass() => Assert.False(Matches(new EventFilter.Sql("test")));

    [Fact]
    public void The_negation_of_an_expression_with_an_error_passes_as_that_of_every_filter_that_does_not_hold() =>
        Assert.True(Matches(new EventFilter.Not(new EventFilter.Sql("nothing = 'x'"))));

    [Fact]
    public void Expressions_stand_among_the_other_dialects() => Assert.True(Matches(new EventFilter.Any(
        [new EventFilter.Sql("hops > 5"), new EventFilter.All([new EventFilter.Sql("hops = 3"), new EventFilter.Not(new EventFilter.Sql("hops = 4"))])])));

    [Fact]
    public void A_snapshot_with_a_text_that_is_no_expression_is_not_bound() =>
        Assert.Contains("at character 9", Assert.Throws<FormatException>(() => Matches(new EventFilter.Sql("hops > 5)"))).Message, StringComparison.Ordinal);

    private bool Matches(EventFilter filter) => EventMatcher.Compile(
        new SubscriptionEntry { Name = "s", Origin = default, Types = [], Filters = [filter], Sink = null!, Delivery = null! }, new FilterInstruments(_faults, "s")).Matches(Order);

    private long Count(string fault) => _faults.Bind(new("fnmesh.subscription", "s"), new("fnmesh.fault", fault)).Value;
}
