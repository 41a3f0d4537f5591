using FnMesh.Gateway.Admin;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Broker;

public sealed class EventSearchTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Start);
    private EmbeddedBroker _broker = null!;

    public async ValueTask InitializeAsync() =>
        _broker = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, _time, default);

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Events_are_found_by_type_source_subject_and_time_wherever_they_stand_in_the_log()
    {
        // Ten blocks of a minute each, and one more that grows.
        for (var minute = 0; minute < 10; minute++)
        {
            await _broker.AppendAsync([.. Enumerable.Range(0, LogBlocks.MaxEvents).Select(n => Of($"{minute}-{n}", $"type-{minute}", $"/source/{n % 7}", $"subject-{minute}-{n}"))], default);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        await _broker.AppendAsync([Of("last", "type-2", "/source/new", "s")], default);

        Assert.Equal([LogBlocks.MaxEvents * 10L + 1], await OffsetsAsync(new EventQuery(5, Source: "/source/new")));
        Assert.Equal([3L * LogBlocks.MaxEvents + 6], await OffsetsAsync(new EventQuery(5, Subject: "subject-3-5")));
        Assert.Equal(LogBlocks.MaxEvents + 1, (await OffsetsAsync(new EventQuery(2_000, Type: "type-2"))).Count);
        Assert.Empty(await OffsetsAsync(new EventQuery(5, Type: "type-2", Subject: "subject-3-5")));
        Assert.Equal([5L * LogBlocks.MaxEvents], await OffsetsAsync(new EventQuery(1, Until: Start.AddMinutes(5))));
        Assert.Equal(2 * LogBlocks.MaxEvents, (await OffsetsAsync(new EventQuery(10_000, Since: Start.AddMinutes(5), Until: Start.AddMinutes(7)))).Count);
        Assert.Equal([1L], await OffsetsAsync(new EventQuery(9, Subject: "subject-0-0", Before: 2)));
    }

    [Fact]
    public async Task The_first_event_of_an_instant_is_found_in_closed_blocks_in_the_one_that_grows_and_after_the_last()
    {
        await _broker.AppendAsync([.. Enumerable.Range(0, LogBlocks.MaxEvents).Select(n => TestEvents.Of($"a{n}"))], default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _broker.AppendAsync([TestEvents.Of("b")], default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _broker.AppendAsync([TestEvents.Of("c")], default);
        Assert.Equal(1, await _broker.FindAsync(Start.AddDays(-1), default));
        Assert.Equal(LogBlocks.MaxEvents + 1, await _broker.FindAsync(Start.AddSeconds(1), default));
        Assert.Equal(LogBlocks.MaxEvents + 2, await _broker.FindAsync(Start.AddMinutes(2), default));
        Assert.Equal(LogBlocks.MaxEvents + 3, await _broker.FindAsync(Start.AddMinutes(3), default));
    }

    [Fact]
    public async Task A_search_that_finds_nothing_ends_and_says_where_to_go_on()
    {
        // Both occur in each block, never together: no filter helps.
        for (var n = 0; n < 60; n++) await _broker.AppendAsync([.. Enumerable.Range(0, 1_000).Select(i => Of($"{n}-{i}", i % 2 == 0 ? "even" : "odd", i % 2 == 0 ? "/even" : "/odd", null))], default);
        var query = new EventQuery(5, Type: "even", Source: "/odd");
        var first = await _broker.ListEventsAsync(query, default);
        Assert.Empty(first.Items);
        Assert.Equal(10_001, first.Next);
        var rest = await _broker.ListEventsAsync(query with { Before = first.Next }, default);
        Assert.Empty(rest.Items);
        Assert.Null(rest.Next);
    }

    [Fact]
    public async Task A_search_that_takes_long_ends_with_what_it_has_and_the_next_one_goes_on()
    {
        await using var broker = await FilledAsync();
        List<long?> next = [];
        List<long> found = [];
        for (long? before = null; next is [] || before is not null; next.Add(before))
        {
            var page = await broker.ListEventsAsync(new EventQuery(5, before, Subject: "the first"), default);
            found.AddRange(page.Items.Select(stored => stored.Offset));
            before = page.Next;
        }

        Assert.Equal([2L * LogBlocks.MaxEvents + 1, 1L, null], next);
        Assert.Equal([1L], found);
    }

    [Fact]
    public async Task An_event_is_shown_by_its_id_however_many_searches_that_takes()
    {
        await using var broker = await FilledAsync();
        Assert.Equal(1, (await EventEndpoints.FindAsync(broker, "first", default))?.Offset);
        Assert.Null(await EventEndpoints.FindAsync(broker, "none", default));
    }

    [Fact]
    public void A_filter_knows_all_that_it_holds_and_takes_few_others_for_it()
    {
        ulong[] held = [.. Enumerable.Range(0, 3_000).Select(n => BlockKeys.Of("subject", $"order-{n}"))];
        var filter = BlockKeys.Filter(held);
        Assert.All(held, key => Assert.True(BlockKeys.MayHold(filter, key)));
        var wrong = Enumerable.Range(0, 30_000).Count(n => BlockKeys.MayHold(filter, BlockKeys.Of("subject", $"invoice-{n}")));
        Assert.InRange(wrong, 0, 60);
    }

    /// <summary>Four closed blocks and one that grows, in a log whose every search takes long.</summary>
    private async Task<EmbeddedBroker> FilledAsync()
    {
        var folder = Path.Combine(_directory.Path, "slow");
        var broker = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = folder }, NullLoggerFactory.Instance, new SlowClock(TimeSpan.FromMilliseconds(300)), default);
        await broker.AppendAsync([Of("first", "t", "/s", "the first"), .. Enumerable.Range(1, 5 * LogBlocks.MaxEvents - 1).Select(n => Of($"{n}", "t", "/s", null))], default);
        return broker;
    }

    private static EventRecord Of(string id, string type, string source, string? subject) => new()
    {
        Attributes = subject is null ? [new("id", id), new("source", source), new("type", type)] : [new("id", id), new("source", source), new("type", type), new("subject", subject)],
        Data = "{}"u8.ToArray(),
        Principal = "anonymous",
        TraceParent = TestEvents.TraceParent,
    };

    private async Task<IReadOnlyList<long>> OffsetsAsync(EventQuery query)
    {
        List<long> found = [];
        for (long? before = query.Before, last = null; ; before = last)
        {
            var page = await _broker.ListEventsAsync(query with { Before = before }, default);
            found.AddRange(page.Items.Select(stored => stored.Offset));
            if ((last = page.Next) is null || found.Count >= query.Limit) return found;
        }
    }
}
