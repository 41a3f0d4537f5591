using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>CloudEvents JSON event format 1.0.2, and sections 3.2 and 3.3 of the HTTP binding.</summary>
public class JsonModeTests
{
    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("Application/CloudEvents+JSON; charset=UTF-8")]
    [InlineData("application/cloudevents+json;charset=\"utf-8\"")]
    public void The_media_type_is_compared_without_case(string contentType)
    {
        var body = """{"specversion":"1.0","id":"1","source":"/s","type":"t"}"""u8.ToArray();
        var reading = CloudEventReader.Read(contentType, [], body, EventLimits.Default);
        Assert.Equal(ContentMode.Structured, reading.Mode);
        Assert.Equal("1", reading.Single().Id);
    }

    [Theory]
    [InlineData("application/cloudevents", ContentMode.Structured)]
    [InlineData("application/cloudevents+avro", ContentMode.Structured)]
    [InlineData("application/cloudeventsx", ContentMode.Structured)]
    [InlineData("application/cloudevents-batch", ContentMode.Batch)]
    [InlineData("application/cloudevents-batch+xml", ContentMode.Batch)]
    [InlineData("application/cloudevents+json; charset=utf-16", ContentMode.Structured)]
    [InlineData("application/cloudevents-batch+json; charset=latin1", ContentMode.Batch)]
    internal void An_event_format_or_charset_that_is_not_spoken_is_unsupported(string contentType, ContentMode mode)
    {
        var reading = CloudEventReader.Read(contentType, Reading.Pairs(Reading.Required), "{}"u8.ToArray(), EventLimits.Default);
        Assert.Equal((mode, Verdict.Unsupported), (reading.Mode, reading.Fault!.Verdict));
        Assert.Contains("Content-Type", reading.Fault.Reason);
    }

    [Fact]
    public void A_media_type_that_is_broken_is_malformed() =>
        Assert.Equal(Verdict.Malformed, CloudEventReader.Read("application/cloudevents+json; x", [], "{}"u8.ToArray(), EventLimits.Default).Fault!.Verdict);

    [Theory]
    [InlineData("""{"a":1, "a" : [ 2 ]}""")]
    [InlineData("1.50")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("\"I'm just a string \\ud800\"")]
    [InlineData("[1,\n2]")]
    public void A_data_member_MUST_be_treated_directly_as_a_JSON_value_and_keeps_its_bytes(string data)
    {
        var parsed = Reading.JsonWith($"\"data\" : {data} , \"datacontenttype\":\"application/vnd.x+json\"").Single();
        Assert.Equal(data, parsed.Text());
    }

    [Fact]
    public void Data_without_datacontenttype_SHOULD_be_set_explicitly_to_the_implied_application_json()
    {
        Assert.Equal("application/json", Reading.JsonWith("\"data\":\"x\"").Single()["datacontenttype"]);
        Assert.Equal("application/json", Reading.JsonWith("\"datacontenttype\":null,\"data\":\"x\"").Single()["datacontenttype"]);
        Assert.Equal("\"x\"", Reading.JsonWith("\"data\":\"x\"").Single().Text());
    }

    [Fact]
    public void Without_data_or_with_data_base64_no_datacontenttype_is_assumed()
    {
        Assert.Null(Reading.JsonWith("\"x\":\"y\"").Single()["datacontenttype"]);
        var parsed = Reading.JsonWith("\"data_base64\":\"eyAieHl6IjogMTIzIH0=\"").Single();
        Assert.Null(parsed["datacontenttype"]);
        Assert.Equal("""{ "xyz": 123 }""", parsed.Text());
    }

    [Theory]
    [InlineData("""<much wow=\"xml\"/>""", """<much wow="xml"/>""")]
    [InlineData("", "")]
    [InlineData("""\u00e9\ud83d\ude00/\/""", "é😀//")]
    [InlineData("plain é", "plain é")]
    public void A_data_member_that_is_not_JSON_is_a_content_string(string json, string text)
    {
        Assert.Equal(text, Reading.JsonWith($"\"datacontenttype\":\"application/xml\",\"data\":\"{json}\"").Single().Text());
        Assert.Equal(text, Reading.JsonWith($"\"data\":\"{json}\",\"datacontenttype\":\"text/plain; charset=UTF-8\"").Single().Text());
    }

    [Fact]
    public void Null_MUST_be_treated_as_unset()
    {
        var parsed = Reading.JsonWith("\"subject\":null,\"ext\":null,\"data_base64\":null,\"n\":\"1\"").Single();
        Assert.Equal(["id", "source", "type", "n"], parsed.Attributes.Select(a => a.Key));
        Assert.True(parsed.Data.IsEmpty);
    }

    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("\"\"", "")]
    [InlineData("\"\\u0041\\\"\"", "A\"")]
    [InlineData("5", "5")]
    [InlineData("-2147483648", "-2147483648")]
    [InlineData("2147483647", "2147483647")]
    [InlineData("-0", "0")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    public void Values_of_extensions_become_their_canonical_strings(string json, string value) =>
        Assert.Equal(value, Reading.JsonWith($"\"ext\":{json}").Single()["ext"]);

    [Fact]
    public void Names_and_values_may_be_escaped_and_are_the_same_names()
    {
        Assert.Equal("x", Reading.JsonWith("""  "\u0065xt" : "x" """).Single()["ext"]);
        Assert.Contains("id is given twice", Reading.JsonWith("""  "\u0069d" : "x" """).Fault!.Reason);
    }

    [Fact]
    public void A_batch_holds_its_events_in_order_and_may_be_empty()
    {
        var reading = Reading.Batch("""[{"specversion":"1.0","id":"1","source":"/s","type":"t"} , {"type":"t","specversion":"1.0","id":"2","source":"/s","data":{}}]""");
        Assert.Equal(ContentMode.Batch, reading.Mode);
        Assert.Equal(["1", "2"], reading.Events.Select(e => e.Id));
        Assert.Equal("{}", reading.Events[1].Text());

        var empty = Reading.Batch(" [ ] ");
        Assert.Null(empty.Fault);
        Assert.Empty(empty.Events);
    }

    [Fact]
    public void A_batch_with_one_bad_event_is_refused_whole_and_the_event_is_named()
    {
        var reading = Reading.Batch("[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"},\n{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\"}]");
        Assert.Empty(reading.Events);
        Assert.Equal(Verdict.Malformed, reading.Fault!.Verdict);
        Assert.Equal("event [1] of the batch: attribute id is empty: give it a value or leave it out (line 2, byte 27)", reading.Fault.Reason);
    }

    [Fact]
    public void A_batch_of_too_many_events_is_too_large()
    {
        var limits = new EventLimits { MaxBatchEvents = 2 };
        const string one = """{"specversion":"1.0","id":"1","source":"/s","type":"t"}""";
        Assert.Equal(2, Reading.Batch($"[{one},{one}]", limits).Events.Count);
        Assert.Equal(Verdict.TooLarge, Reading.Batch($"[{one},{one},{one}]", limits).Fault!.Verdict);
    }

    [Fact]
    public void Nesting_is_bounded_alike_in_an_event_and_in_a_batch()
    {
        const string head = """{"specversion":"1.0","id":"1","source":"/s","type":"t","data":""";
        var deepest = head + new string('[', 63) + new string(']', 63) + "}";
        var deeper = head + new string('[', 64) + new string(']', 64) + "}";
        Assert.Null(Reading.Json(deepest).Fault);
        Assert.Null(Reading.Batch($"[{deepest}]").Fault);
        Assert.Contains("64 deep", Reading.Json(deeper).Fault!.Reason);
        Assert.Contains("64 deep", Reading.Batch($"[{deeper}]").Fault!.Reason);
    }

    [Theory]
    [InlineData("\"data\":\"0123456789\"")]
    [InlineData("\"data_base64\":\"MDEyMzQ1Njc4OTAx\"")]
    public void A_JSON_event_is_measured_by_attributes_and_data(string data)
    {
        var body = $$"""{"specversion":"1.0","id":"1","source":"/s","type":"t",{{data}}}""";
        var size = Reading.Json(body).Single().Size;
        Assert.Null(Reading.Json(body, new EventLimits { MaxEventBytes = size }).Fault);
        Assert.Equal(Verdict.TooLarge, Reading.Json(body, new EventLimits { MaxEventBytes = size - 1 }).Fault!.Verdict);
    }
}
