using System.Collections.Immutable;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>CloudEvents Subscriptions API 0.1-wip, 3.2.4.</summary>
public class EventMatcherTests
{
    private static readonly EventRecord Push = Reading.Record(
        ("id", "1"), ("source", "https://github.com/cloudevents"), ("type", "com.github.push"), ("subject", "spec/README.md"), ("empty", ""));

    [Theory]
    [InlineData("com.github.push", null, true)]
    [InlineData("com.github.push", "spec/README.md", true)]
    [InlineData("com.github.push", "spec", false)]
    [InlineData("COM.github.push", null, false)]
    [InlineData("com.github", null, false)]
    public void Exact_values_MUST_all_exactly_match_case_sensitive(string type, string? subject, bool matches) =>
        Matches(matches, new EventFilter.Exact(Pairs(("type", type), ("subject", subject))));

    [Theory]
    [InlineData("com.github.", null, true)]
    [InlineData("com.github.", "spec/", true)]
    [InlineData("com.github.", "README", false)]
    [InlineData("Com.", null, false)]
    [InlineData("com.github.push", null, true)]
    [InlineData("com.github.push.more", null, false)]
    public void Prefixes_MUST_all_start_the_values(string type, string? subject, bool matches) =>
        Matches(matches, new EventFilter.Prefix(Pairs(("type", type), ("subject", subject))));

    [Theory]
    [InlineData(".push", null, true)]
    [InlineData(".push", ".md", true)]
    [InlineData(".push", ".MD", false)]
    [InlineData("more.com.github.push", null, false)]
    public void Suffixes_MUST_all_end_the_values(string type, string? subject, bool matches) =>
        Matches(matches, new EventFilter.Suffix(Pairs(("type", type), ("subject", subject))));

    [Fact]
    public void An_attribute_that_is_not_set_matches_nothing_and_its_negation_everything()
    {
        EventFilter[] filters =
        [
            new EventFilter.Exact(Pairs(("missing", ""))), new EventFilter.Prefix(Pairs(("missing", ""))), new EventFilter.Suffix(Pairs(("missing", ""))),
        ];
        foreach (var filter in filters)
        {
            Matches(false, filter);
            Matches(true, new EventFilter.Not(filter));
        }

        Matches(true, new EventFilter.Exact(Pairs(("empty", ""))));
    }

    [Fact]
    public void Specversion_is_an_attribute_like_any_other()
    {
        Matches(true, new EventFilter.Exact(Pairs(("specversion", "1.0"))));
        Matches(false, new EventFilter.Prefix(Pairs(("specversion", "0."))));
    }

    [Theory]
    [InlineData(true, true, true, true, false)]
    [InlineData(true, false, false, true, true)]
    [InlineData(false, false, false, false, true)]
    public void All_any_and_not_combine_their_filters(bool first, bool second, bool all, bool any, bool notSecond)
    {
        var (a, b) = (Constant(first), Constant(second));
        Matches(all, new EventFilter.All([a, b]));
        Matches(any, new EventFilter.Any([a, b]));
        Matches(notSecond, new EventFilter.Not(b));
        Matches(first && notSecond, a, new EventFilter.Not(new EventFilter.Any([b])));
    }

    [Theory]
    [InlineData(null, new string[0], true)]
    [InlineData("https://github.com/cloudevents", new string[0], true)]
    [InlineData("https://github.com/", new string[0], false)]
    [InlineData(null, new[] { "x", "com.github.push" }, true)]
    [InlineData(null, new[] { "com.github.*" }, false)]
    [InlineData("https://github.com/cloudevents", new[] { "com.github.pull" }, false)]
    public void Source_and_types_are_exact(string? source, string[] types, bool matches) =>
        Assert.Equal(matches, EventMatcher.Compile(Entry(source, [.. types])).Matches(Push));

    [Fact]
    public void Source_types_and_filters_must_all_hold()
    {
        Assert.True(EventMatcher.Compile(Entry(Push.Source, [Push.Type], Constant(true))).Matches(Push));
        Assert.False(EventMatcher.Compile(Entry(Push.Source, [Push.Type], Constant(true), Constant(false))).Matches(Push));
        Assert.False(EventMatcher.Compile(Entry("/other", [Push.Type], Constant(true))).Matches(Push));
    }

    [Fact]
    public void Matching_allocates_nothing()
    {
        var matcher = EventMatcher.Compile(Entry(
            Push.Source, [Push.Type, "x"],
            new EventFilter.All([Constant(true), new EventFilter.Not(Constant(false)), new EventFilter.Any([new EventFilter.Suffix(Pairs(("subject", ".md")))])])));
        for (var i = 0; i < 1000; i++) Assert.True(matcher.Matches(Push));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var matched = true;
        for (var i = 0; i < 1000; i++) matched &= matcher.Matches(Push);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(matched);
    }

    private static EventFilter.Exact Constant(bool value) => new EventFilter.Exact(Pairs(("type", value ? Push.Type : "other")));

    private static void Matches(bool expected, params ImmutableArray<EventFilter> filters) =>
        Assert.Equal(expected, EventMatcher.Compile(Entry(null, [], filters)).Matches(Push));

    private static ImmutableSortedDictionary<string, string> Pairs(params (string Name, string? Value)[] pairs) =>
        pairs.Where(p => p.Value is not null).ToImmutableSortedDictionary(p => p.Name, p => p.Value!, StringComparer.Ordinal);

    private static SubscriptionEntry Entry(string? source, ImmutableArray<string> types, params ImmutableArray<EventFilter> filters) => new()
    {
        Name = "s",
        Origin = default,
        Source = source,
        Types = types,
        Filters = filters,
        Sink = null!,
        Delivery = null!,
    };
}
