using System.Buffers;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Events;

public class EventWriterTests
{
    [Theory]
    [InlineData("Euro € 😀", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("\"quoted\"", "%22quoted%22")]
    [InlineData("100%", "100%25")]
    [InlineData("!#$&'()*+,-./:;<=>?@[\\]^_`{|}~", "!#$&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("", "")]
    [InlineData("\r\n\0\u007f\u0085", "%0D%0A%00%7F%C2%85")]
    public void Characters_outside_the_printable_range_MUST_be_percent_encoded(string value, string header) =>
        Assert.Equal(header, HeaderValue.Encode(value));

    [Fact]
    public void An_unpaired_surrogate_becomes_the_replacement_character() => Assert.Equal("%EF%BF%BD", HeaderValue.Encode("\ud800"));

    [Fact]
    public void All_attributes_are_mapped_to_headers_with_the_prefix_ce_but_for_datacontenttype()
    {
        var record = Reading.Record(("id", "1"), ("datacontenttype", "text/plain; x=\"a b\""), ("source", "/s"), ("type", "t"), ("myext", "a b"));
        var headers = new List<(string, string)>();
        CloudEventWriter.WriteHeaders(record, headers, static (list, name, value) => list.Add((name, value)));
        Assert.Equal([("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"), ("ce-myext", "a%20b")], headers);
        Assert.Equal("text/plain; x=\"a b\"", CloudEventWriter.ContentType(record));
    }

    [Fact]
    public void Nothing_raw_reaches_a_header_whatever_the_record_holds()
    {
        var hostile = "a\r\nx-evil: 1\0\u0085é😀\ud800 \"%";
        var record = Reading.Record(("id", hostile), ("source", hostile), ("type", hostile), ("datacontenttype", "text/plain\r\nx-evil: é"), ("ext", hostile));
        using var request = new HttpRequestMessage();
        CloudEventWriter.WriteBinary(record, request);
        Assert.Equal(5, request.Headers.NonValidated.Count);
        Assert.All(request.Headers.NonValidated, h => Assert.All(h.Value.ToString(), c => Assert.InRange(c, '!', '~')));
        Assert.All(CloudEventWriter.ContentType(record)!, c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData("x\r\ny")]
    [InlineData("a-b")]
    [InlineData("")]
    [InlineData("É")]
    public void A_name_that_is_none_is_never_written(string name) =>
        Assert.Throws<InvalidOperationException>(() => CloudEventWriter.WriteHeaders(Reading.Record((name, "v")), 0, static (_, _, _) => { }));

    [Fact]
    public async Task A_request_carries_the_data_as_it_is_and_no_content_type_when_none_is_declared()
    {
        var parsed = Reading.JsonWith("\"data_base64\":\"AP8NCg==\"").Single();
        using var request = new HttpRequestMessage();
        CloudEventWriter.WriteBinary(parsed.Record(), request);
        Assert.Equal([0, 255, 13, 10], await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.False(request.Content.Headers.NonValidated.Contains("Content-Type"));
        Assert.Equal("1.0", request.Headers.NonValidated["ce-specversion"].ToString());
    }

    [Theory]
    [InlineData("application/json", """{"a": [1]}""", "data", """{"a": [1]}""")]
    [InlineData("application/json", " {} \n", "data", "{}")]
    [InlineData("application/json", "{", "data_base64", "\"ew==\"")]
    [InlineData("application/json;charset=utf-16", "{}", "data_base64", "\"e30=\"")]
    [InlineData("text/plain", "a\"b", "data", "\"a\\u0022b\"")]
    [InlineData("image/svg+xml", "<x/>", "data", "\"\\u003Cx/\\u003E\"")]
    [InlineData("text/plain;charset=latin1", "x", "data_base64", "\"eA==\"")]
    [InlineData("application/octet-stream", "x", "data_base64", "\"eA==\"")]
    [InlineData(null, "x", "data_base64", "\"eA==\"")]
    public void JSON_carries_data_as_the_content_type_says(string? contentType, string data, string member, string raw)
    {
        var written = Structured(Reading.Binary(contentType, data, Reading.Required).Single().Record());
        using var document = JsonDocument.Parse(written);
        Assert.Equal(raw, document.RootElement.GetProperty(member).GetRawText());
        Assert.False(document.RootElement.TryGetProperty(member == "data" ? "data_base64" : "data", out _));
        Assert.Equal(data.Trim(), Encoding.UTF8.GetString(Reading.Json(written).Single().Data.Span));
    }

    [Fact]
    public void JSON_that_is_not_UTF_8_becomes_base64()
    {
        var reading = CloudEventReader.Read("application/json", Reading.Pairs(Reading.Required), new byte[] { (byte)'"', 0xFF, (byte)'"' }, EventLimits.Default);
        var again = Reading.Json(Structured(reading.Single().Record())).Single();
        Assert.Equal([(byte)'"', 0xFF, (byte)'"'], again.Data.ToArray());
        Assert.Equal("application/json", again["datacontenttype"]);
    }

    internal static byte[] Structured(EventRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) CloudEventWriter.WriteStructured(record, json);
        return buffer.WrittenSpan.ToArray();
    }
}
