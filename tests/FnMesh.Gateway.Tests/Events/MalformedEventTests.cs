using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>What is refused, in every mode, and what the refusal names.</summary>
public class MalformedEventTests
{
    /// <summary>Attribute, value as a string (null: left out), what the reason names.</summary>
    public static readonly TheoryData<string, string?, string> Attributes = new()
    {
        { "specversion", null, "specversion is missing" },
        { "specversion", "", "only 1.0" },
        { "specversion", "0.3", "only 1.0" },
        { "specversion", "1.0.2", "only 1.0" },
        { "specversion", "2.0", "only 1.0" },
        { "id", null, "id is missing" },
        { "id", "", "id is empty" },
        { "source", null, "source is missing" },
        { "source", "", "source is empty" },
        { "source", "a b", "source is" },
        { "source", "://x", "source is" },
        { "source", "http://[::1", "source is" },
        { "source", "/münchen", "source is" },
        { "type", null, "type is missing" },
        { "type", "", "type is empty" },
        { "subject", "", "subject is empty" },
        { "partitionkey", "", "partitionkey is empty" },
        { "time", "", "time is" },
        { "time", "2026-01-31", "time is" },
        { "time", "2026-01-31 12:00:00Z", "time is" },
        { "time", "2026-02-29T12:00:00Z", "time is" },
        { "time", "2026-01-31T12:00:00", "time is" },
        { "dataschema", "", "dataschema is" },
        { "dataschema", "/relative", "dataschema is" },
        { "dataschema", "no spaces:x", "dataschema is" },
    };

    [Theory, MemberData(nameof(Attributes))]
    public void An_attribute_that_is_missing_empty_or_wrong_is_named_in_every_mode(string name, string? value, string naming)
    {
        (string Name, string Value)[] attributes = [.. new[] { ("specversion", "1.0"), ("id", "1"), ("source", "/s"), ("type", "t") }.Where(a => a.Item1 != name)];
        if (value is not null) attributes = [.. attributes, (name, value)];
        var one = "{" + string.Join(',', attributes.Select(a => $"\"{a.Name}\":\"{a.Value}\"")) + "}";
        const string good = """{"specversion":"1.0","id":"1","source":"/s","type":"t"}""";

        Refused(Reading.Binary(null, "", [.. attributes.Select(a => ("ce-" + a.Name, HeaderValue.Encode(a.Value)))]), naming, "ce-");
        Refused(Reading.Json(one), naming, "line 1, byte ");
        Refused(Reading.Batch($"[{good},{good},{one},{good}]"), naming, "event [2] of the batch");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" ", "line 1, byte 2")]
    [InlineData("{", "line 1, byte 2")]
    [InlineData("null", "not null")]
    [InlineData("\"x\"", "not a string")]
    [InlineData("[]", "not an array")]
    [InlineData("{} {}", "specversion is missing")]
    [InlineData("{\"id\":\"1\",}", "line 1, byte ")]
    [InlineData("{\"id\":1}", "id is a number: it must be a JSON string (line 1, byte 7)")]
    [InlineData("{\"time\":true}", "time is a boolean")]
    [InlineData("{\"x\":{}}", "x is an object")]
    [InlineData("{\"x\":[]}", "x is an array")]
    [InlineData("{\"x\":1.5}", "x is no integer")]
    [InlineData("{\"x\":1e2}", "x is no integer")]
    [InlineData("{\"x\":2147483648}", "x is no integer")]
    [InlineData("{\"x\":\"\\u0000\"}", "U+0000")]
    [InlineData("{\"x\":\"\\uDEAD\"}", "unpaired surrogate")]
    [InlineData("{\"\\uDEAD\":\"\"}", "unpaired surrogate")]
    [InlineData("{\"x\":\"\\uFFFE\"}", "U+FFFE")]
    [InlineData("{\"x\":\"\u0085\"}", "U+0085")]
    [InlineData("{\"X\":\"\"}", "names no attribute")]
    [InlineData("{\"\":\"\"}", "names no attribute")]
    [InlineData("{\"my_ext\":\"\"}", "names no attribute")]
    [InlineData("{\"é\\u001b\":\"\"}", "\"\\u00E9\\u001B\" names no attribute")]
    [InlineData("{\n\"x\":\"1\",\n  \"x\":\"1\"}", "x is given twice: give it once (line 3, byte 7)")]
    [InlineData("{\"x\":null,\"x\":\"1\"}", "x is given twice")]
    [InlineData("{\"data\":1,\"data\":1}", "data is given twice")]
    [InlineData("{\"data_base64\":null,\"data_base64\":\"\"}", "data_base64 is given twice")]
    [InlineData("{\"data\":1,\"data_base64\":\"\"}", "not both")]
    [InlineData("{\"data\":null,\"data_base64\":\"QQ==\"}", "not both")]
    [InlineData("{\"data_base64\":5}", "data_base64 is a number")]
    [InlineData("{\"data_base64\":\"QQ\"}", "not base64")]
    [InlineData("{\"data_base64\":\"QR==\"}", "not base64")]
    [InlineData("{\"data_base64\":\"Q Q=\"}", "not base64")]
    [InlineData("{\"data_base64\":\"QUJD\\nQUJD\"}", "not base64")]
    [InlineData("{\"data_base64\":\"_-__\"}", "not base64")]
    [InlineData("{\"data_base64\":\"=AAA\"}", "not base64")]
    [InlineData("{\"data_base64\":\"====\"}", "not base64")]
    [InlineData("{\"data_base64\":\"\\ud800\"}", "not base64")]
    [InlineData("{\"datacontenttype\":\"nonsense\",\"data\":1}", "datacontenttype is")]
    [InlineData("{\"datacontenttype\":\"text/plain\",\"data\":{}}", "data is an object")]
    [InlineData("{\"datacontenttype\":\"text/plain\",\"data\":\"\\ud800\"}", "unpaired surrogate")]
    [InlineData("{\"datacontenttype\":\"text/plain;charset=us-ascii\",\"data\":\"é\"}", "us-ascii")]
    public void Bad_JSON_is_refused_with_its_position(string body, string naming) => Refused(Reading.Json(body), naming, "");

    [Fact]
    public void Anything_after_the_event_is_refused()
    {
        const string good = """{"specversion":"1.0","id":"1","source":"/s","type":"t"}""";
        Refused(Reading.Json(good + "x"), "line 1, byte 56", "");
        Refused(Reading.Batch($"[{good}]]"), "line 1, byte 58", "");
        Refused(Reading.Batch(good), "array", "not an object");
        Refused(Reading.Batch($"[{good},5]"), "event [1]", "not a number");
        Refused(Reading.Batch($"[{good},"), "event [1]", "line 1");
    }

    [Fact]
    public void Text_in_a_charset_that_is_not_kept_is_unsupported()
    {
        var reading = Reading.JsonWith("\"datacontenttype\":\"text/plain;charset=iso-8859-1\",\"data\":\"x\"");
        Assert.Equal(Verdict.Unsupported, reading.Fault!.Verdict);
        Assert.Contains("data_base64", reading.Fault.Reason);
        Assert.Equal("A", Reading.JsonWith("\"datacontenttype\":\"text/plain;charset=iso-8859-1\",\"data_base64\":\"QQ==\"").Single().Text());
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xA0 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_not_UTF_8_are_refused_even_inside_data(byte[] bad)
    {
        byte[] body = [.. "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\n\"data\":\""u8, .. bad, .. "\"}"u8];
        Refused(Reading.Json(body), "not UTF-8 at line 2, byte 9", "");
    }

    [Fact]
    public void A_byte_order_mark_is_refused()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("{}")];
        Refused(Reading.Json(body), "line 1, byte 1", "");
    }

    private static void Refused(EventReading reading, string naming, string place)
    {
        Assert.NotNull(reading.Fault);
        Assert.Empty(reading.Events);
        Assert.Equal(Verdict.Malformed, reading.Fault.Verdict);
        Assert.Contains(naming, reading.Fault.Reason);
        Assert.Contains(place, reading.Fault.Reason);
    }
}
