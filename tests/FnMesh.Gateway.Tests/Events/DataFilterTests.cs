using System.Diagnostics.Metrics;
using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Metrics;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Events;

public sealed class DataFilterTests : IDisposable
{
    private const string Order = """
        { "id": 9007199254740993, "total": 19.90, "country": "DE", "express": false, "note": null, "a b": "x", "größe": 1e2,
          "lines": [ { "sku": "tea-1", "count": 2 }, { "sku": "mug-7", "count": 11 } ], "tags": [ "new", "vip" ], "deep": { "er": { "est": "x\u00e9\"y" } } }
        """;

    private readonly Meter _meter = new("filters");
    private readonly CounterFamily _faults;

    public DataFilterTests() => _faults = new CounterFamily(_meter, "faults", "{event}", "");

    public void Dispose() => _meter.Dispose();

    [Theory]
    [InlineData("$.country", "DE", true)]
    [InlineData("$.country", "de", false)]
    [InlineData("$.Country", "DE", false)]
    [InlineData("$['country']", "DE", true)]
    [InlineData("$.tags[1]", "vip", true)]
    [InlineData("$.tags[2]", "vip", false)]
    [InlineData("$.tags[*]", "vip", true)]
    [InlineData("$.tags", "vip", false)]
    [InlineData("$.lines[*].sku", "mug-7", true)]
    [InlineData("$.lines[0].sku", "mug-7", false)]
    [InlineData("$['a b']", "x", true)]
    [InlineData("$.deep[*].est", "xé\"y", true)]
    [InlineData("$.total", "19.90", false)]
    [InlineData("$.note", "null", false)]
    [InlineData("$.missing.at.all", "x", false)]
    public void A_text_is_at_the_place_where_JSON_has_that_string(string path, string text, bool matches) =>
        Assert.Equal(matches, Matches(new DataTest(path) { In = [new DataValue { Text = text }] }));

    [Fact]
    public void Numbers_are_compared_by_their_decimal_digits()
    {
        Assert.True(Matches(new DataTest("$.total") { In = [new DataValue { Number = 19.9m }] }));
        Assert.True(Matches(new DataTest("$.id") { In = [new DataValue { Number = 9007199254740993 }] }));
        Assert.False(Matches(new DataTest("$.id") { In = [new DataValue { Number = 9007199254740992 }] }));
        Assert.True(Matches(new DataTest("$.größe") { Min = 100, Max = 100 }));
        Assert.False(Matches(new DataTest("$.größe") { Above = 100 }));
        Assert.False(Matches(new DataTest("$.größe") { Below = 100 }));
        Assert.False(Matches(new DataTest("$.country") { Above = 0 }));
        Assert.True(Matches(new DataTest("$.lines[*].count") { Above = 10 }));
        Assert.True(Matches(new DataTest("$") { Above = 10 }, "1e400"));
        Assert.False(Matches(new DataTest("$") { Above = 10 }, "-1e400"));
    }

    [Fact]
    public void Flags_are_their_own_kind()
    {
        Assert.True(Matches(new DataTest("$.express") { In = [new DataValue { Flag = false }] }));
        Assert.False(Matches(new DataTest("$.express") { In = [new DataValue { Flag = true }, new DataValue { Text = "false" }, new DataValue { Number = 0 }] }));
        Assert.False(Matches(new DataTest("$.note") { In = [new DataValue { Flag = false }] }));
    }

    [Fact]
    public void Texts_are_compared_by_their_beginning_their_end_and_patterns()
    {
        Assert.True(Matches(new DataTest("$.lines[*].sku") { Prefix = "mug", Suffix = "7", Like = "%-_" }));
        // All that is wanted must hold for one and the same value.
        Assert.False(Matches(new DataTest("$.lines[*].sku") { Prefix = "mug", Suffix = "1" }));
        Assert.False(Matches(new DataTest("$.total") { Prefix = "1" }));
    }

    [Fact]
    public void A_place_exists_where_there_is_a_value_be_it_null()
    {
        Assert.True(Matches(new DataTest("$.note") { Exists = true }));
        Assert.False(Matches(new DataTest("$.note") { Exists = false }));
        Assert.True(Matches(new DataTest("$.nothing") { Exists = false }));
        Assert.False(Matches(new DataTest("$.lines[*].price") { Exists = true }));
        Assert.True(Matches(new DataTest("$.lines[*].price") { Exists = false }));
    }

    [Fact]
    public void All_tests_must_hold()
    {
        var (yes, no) = (new DataTest("$.country") { Exists = true }, new DataTest("$.country") { Exists = false });
        Assert.True(Matcher(new EventFilter.Data([yes, yes])).Matches(Record(Order)));
        Assert.False(Matcher(new EventFilter.Data([yes, no])).Matches(Record(Order)));
        Assert.True(Matcher(new EventFilter.Not(new EventFilter.Data([no]))).Matches(Record(Order)));
    }

    [Theory]
    [InlineData("text/plain", Order)]
    [InlineData("application/json; charset=utf-16", Order)]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{ \"country\": \"DE\"")]
    [InlineData(null, "country=DE")]
    [InlineData("application/json", "{ \"country\": \"\\ud800\" }")]
    public void Data_that_is_no_JSON_does_not_match_and_counts(string? contentType, string data)
    {
        Assert.False(Matches(new DataTest("$.country") { Prefix = "D" }, data, contentType));
        Assert.Equal(1, Count("NotJson"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/vnd.shop+json; charset=utf-8")]
    public void Data_that_may_be_JSON_is_read(string? contentType) => Assert.True(Matches(new DataTest("$.country") { Exists = true }, Order, contentType));

    [Fact]
    public void Data_that_is_too_large_or_too_deep_does_not_match_and_counts()
    {
        Assert.False(Matches(new DataTest("$.country") { Exists = true }, Order + new string(' ', DataDocument.MaxBytes)));
        Assert.False(Matches(new DataTest("$") { Exists = true }, new string('[', 65) + new string(']', 65)));
        Assert.Equal((1L, 1L), (Count("TooLarge"), Count("NotJson")));
    }

    [Fact]
    public void The_data_of_an_event_is_read_once_for_all_subscriptions()
    {
        var record = Record(Order);
        var document = record.Document;
        Assert.True(Matcher(new EventFilter.Data([new DataTest("$.country") { Exists = true }])).Matches(record));
        Assert.Same(document, record.Document);
        GC.KeepAlive(document);
    }

    [Theory]
    [InlineData("order")]
    [InlineData("$.")]
    [InlineData("$..a")]
    [InlineData("$[01]")]
    [InlineData("$[-1]")]
    [InlineData("$[?@.a]")]
    [InlineData("$['a]")]
    [InlineData("$.a-b")]
    [InlineData("$.1a")]
    [InlineData("$.a[*")]
    [InlineData("$.a b")]
    [InlineData("$[99999999999]")]
    public void What_is_no_path_is_refused(string path)
    {
        Assert.NotNull(FnMesh.Policy.DataPath.Fault(path));
        Assert.Throws<FormatException>(() => Matches(new DataTest(path) { Exists = true }));
    }

    private EventMatcher Matcher(EventFilter filter) => EventMatcher.Compile(
        new SubscriptionEntry { Name = "s", Origin = default, Types = [], Filters = [filter], Sink = null!, Delivery = null! }, new FilterInstruments(_faults, "s"));

    private bool Matches(DataTest test, string data = Order, string? contentType = "application/json") => Matcher(new EventFilter.Data([test])).Matches(Record(data, contentType));

    private static EventRecord Record(string data, string? contentType = "application/json") => new()
    {
        Attributes = contentType is null ? [] : [KeyValuePair.Create("datacontenttype", contentType)],
        Data = Encoding.UTF8.GetBytes(data),
        Principal = "anonymous",
        TraceParent = "",
    };

    private long Count(string fault) => _faults.Bind(new("fnmesh.subscription", "s"), new("fnmesh.fault", fault)).Value;
}
