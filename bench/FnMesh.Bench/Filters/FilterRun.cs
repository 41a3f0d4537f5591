using System.Diagnostics;
using System.Globalization;
using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Bench.Filters;

/// <summary>What one question costs whether a subscription wants an event: CPU of the process and bytes, on one thread.</summary>
internal static class FilterRun
{
    private const int Batch = 200_000;
    private const int Batches = 15;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly KeyValuePair<string, string>[] Attributes =
    [
        new("id", "0193a6f2-8c1e-7d3b-9a54-2f6b1c0d8e7a"), new("source", "/shop/orders"), new("type", "shop.order.paid"), new("time", "2026-11-27T08:00:00Z"),
        new("datacontenttype", "application/json"), new("subject", "order-4711"), new("region", "eu"), new("hops", "3"), new("partitionkey", "customer-17"),
    ];

    private static readonly byte[] Data = Encoding.UTF8.GetBytes(
        $$"""{"customer":{"id":17,"name":"{{new string('n', 400)}}"},"lines":[{{string.Join(',', Enumerable.Range(1, 8).Select(line => $$"""{"sku":"tea-{{line}}","count":{{line}},"price":4.20}"""))}}],"note":"{{new string('x', 200)}}","country":"DE","total":151.20}""");

    private static readonly (string Name, EventFilter Filter)[] Cases =
    [
        ("exact: { region: eu }", new EventFilter.Exact(Pairs(("region", "eu")))),
        ("sql: region = 'eu'", new EventFilter.Sql("region = 'eu'")),
        ("sql: subject LIKE 'order-%' AND hops < 5 AND NOT EXISTS test", new EventFilter.Sql("subject LIKE 'order-%' AND hops < 5 AND NOT EXISTS test")),
        ("sql: subject LIKE '%-47_1' AND region IN ('eu', 'uk', 'ch')", new EventFilter.Sql("subject LIKE '%-47_1' AND region IN ('eu', 'uk', 'ch')")),
        ("sql: UPPER(LEFT(subject, 5)) = 'ORDER'", new EventFilter.Sql("UPPER(LEFT(subject, 5)) = 'ORDER'")),
        ("sql: EXISTS tenant (false)", new EventFilter.Sql("EXISTS tenant")),
        ("data: { $.total: { min: 100 }, $.country: DE }", new EventFilter.Data([new DataTest("$.country") { In = [new DataValue { Text = "DE" }] }, new DataTest("$.total") { Min = 100 }])),
    ];

    public static void Run()
    {
        Console.WriteLine("| filter | CPU ns/event | B/event |");
        Console.WriteLine("|---|---|---|");
        var one = Record();
        foreach (var (name, filter) in Cases) Measure(name, filter, () => one);
        Measure($"{Cases[^1].Name}, first reading of {Data.Length} bytes", Cases[^1].Filter, Record);
        GC.KeepAlive(one.Document);
    }

    private static EventRecord Record() => new() { Attributes = Attributes, Data = Data, Principal = "anonymous", TraceParent = "" };

    private static void Measure(string name, EventFilter filter, Func<EventRecord> next)
    {
        var matcher = EventMatcher.Compile(new SubscriptionEntry { Name = "s", Origin = default, Types = [], Filters = [filter], Sink = null!, Delivery = null! });
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;) matcher.Matches(next());
        var (nanoseconds, bytes) = (new List<double>(), 0.0);
        for (var batch = 0; batch < Batches; batch++)
        {
            var (allocated, used) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
            for (var each = 0; each < Batch; each++) matcher.Matches(next());
            nanoseconds.Add((Environment.CpuUsage.TotalTime - used).TotalNanoseconds / Batch);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Batch;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {nanoseconds.Order().ElementAt(Batches / 2):0} | {bytes:0} |"));
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Pairs(params (string Name, string Value)[] pairs) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
}
