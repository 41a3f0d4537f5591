using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>Valid messages, damaged at random: nothing throws, nothing allocates beyond a bound, and what is taken is a valid event.</summary>
public class EventMutationTests
{
    private const int Rounds = 100_000;

    /// <summary>Fixed for the refusal itself (an exception of the JSON reader with its stack trace, the reason), and as often the message as attributes and data may copy it.</summary>
    private const int FixedBytes = 24 * 1024;
    private const int BytesPerByte = 16;

    private const string One = """
        {"specversion":"1.0","id":"é-1","source":"https://x/%20?a#b","type":"com.x","subject":"a\u00e9\ud83d\ude00","time":"2026-01-31T12:00:00.5+01:00",
        "datacontenttype":"text/plain; charset=utf-8","dataschema":"urn:x","flag":true,"count":-5,"nothing":null,"data":"a\"b\\ € 😀"}
        """;

    private const string Two = """{"data_base64":"AP8NCg==","specversion":"1.0","id":"2","source":"/s","type":"t","partitionkey":"k"}""";
    private const string Three = """{"specversion":"1.0","id":"3","source":"/s","type":"t","data":{"a":[1,2.5e3,null,{"b":"\ud83d\ude00"}]}}""";

    private static readonly string[] Tokens =
        ["\"", "\\", "\\u", "\\ud800", "\\u0000", "null", "{", "}", "[", "]", "[[[[[[[[[[[[[[[[[[[[", ",", ":", "1e9", "2147483648", "%", "%C0%A0", "%00", "\r\n", "data", "data_base64", "id", "\"x\":1,", "application/json", ";charset=utf-16"];

    [Theory]
    [InlineData(One, false, 11)]
    [InlineData(Two, false, 12)]
    [InlineData(Three, false, 13)]
    [InlineData($"[{One},{Two},{Three}]", true, 14)]
    public void Damaged_JSON_is_read_or_refused(string valid, bool batch, int seed)
    {
        var contentType = batch ? "application/cloudevents-batch+json" : "application/cloudevents+json";
        var original = Encoding.UTF8.GetBytes(valid);
        Assert.Null(CloudEventReader.Read(contentType, [], original, EventLimits.Default).Fault);
        var random = new Random(seed);
        for (var round = 0; round < Rounds / 4; round++)
        {
            var body = original.ToList();
            for (var times = random.Next(1, 4); times > 0; times--) Mutate(body, random, Encoding.UTF8.GetBytes);
            Check(contentType, [], body.ToArray(), body.Count);
        }
    }

    [Fact]
    public void Damaged_headers_are_read_or_refused()
    {
        var random = new Random(15);
        (string Name, string Value)[] original =
            [.. Reading.Required, ("ce-subject", "Euro%20%E2%82%AC \"q\\\"\""), ("ce-time", "2026-01-31T12:00:00Z"), ("ce-dataschema", "https://x/y"), ("host", "h")];
        for (var round = 0; round < Rounds; round++)
        {
            var headers = Reading.Pairs(original).ToList();
            var contentType = "text/plain; charset=\"utf-8\"";
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var which = random.Next(headers.Count);
                switch (random.Next(5))
                {
                    case 0: headers[which] = new(Mutate(headers[which].Key, random), headers[which].Value); break;
                    case 1: contentType = Mutate(contentType, random); break;
                    case 2: headers.Add(headers[which]); break;
                    default: headers[which] = new(headers[which].Key, Mutate(headers[which].Value, random)); break;
                }
            }

            Check(contentType, headers, "x"u8.ToArray(), headers.Sum(h => h.Key.Length + h.Value.Length));
        }
    }

    private static void Check(string contentType, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body, int size)
    {
        CloudEventReader.Read(contentType, headers, body, EventLimits.Default); // The first refusal of a kind loads its text, once in a process.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = CloudEventReader.Read(contentType, headers, body, EventLimits.Default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, FixedBytes + ((long)BytesPerByte * size));

        if (reading.Fault is { } fault)
        {
            Assert.Empty(reading.Events);
            Assert.True(fault.Verdict is Verdict.Malformed or Verdict.TooLarge or Verdict.Unsupported);
            Assert.All(fault.Reason, c => Assert.True(c is >= ' ' and <= '~' or '…', fault.Reason));
            return;
        }

        foreach (var parsed in reading.Events)
        {
            Assert.All(parsed.Attributes, a => Assert.True(AttributeName.IsValid(a.Key) && AttributeValue.Flaw(a.Key, a.Value) is null));
            Assert.Equal(parsed.Attributes.Count, parsed.Attributes.DistinctBy(a => a.Key).Count());
            Assert.True(parsed.Id.Length > 0 && parsed.Source.Length > 0 && parsed.Type.Length > 0);
            var collected = new List<KeyValuePair<string, string>>();
            CloudEventWriter.WriteHeaders(parsed.Record(), collected, static (list, name, value) => list.Add(new(name, value)));
            var again = CloudEventReader.Read(CloudEventWriter.ContentType(parsed.Record()), collected, parsed.Data, EventLimits.Default).Single();
            Assert.Equal(
                parsed.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), again.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
        }
    }

    private static string Mutate(string text, Random random)
    {
        var characters = text.ToList();
        Mutate(characters, random, s => s.ToCharArray());
        return new([.. characters]);
    }

    private static void Mutate<T>(List<T> items, Random random, Func<string, T[]> token)
    {
        if (items.Count == 0) items.AddRange(token("a"));
        var at = random.Next(items.Count);
        switch (random.Next(7))
        {
            case 0: items[at] = Any(); break;
            case 1: items.Insert(at, Any()); break;
            case 2: items.RemoveAt(at); break;
            case 3: items.RemoveRange(at, Math.Min(random.Next(1, 20), items.Count - at)); break;
            case 4: items.InsertRange(at, items.GetRange(at, Math.Min(random.Next(1, 40), items.Count - at))); break;
            case 5: items.InsertRange(at, token(Tokens[random.Next(Tokens.Length)])); break;
            default: items[at] = items[random.Next(items.Count)]; break;
        }

        T Any() => typeof(T) == typeof(byte) ? (T)(object)(byte)random.Next(256) : (T)(object)(char)(random.Next(2) == 0 ? random.Next(256) : random.Next(65536));
    }
}
