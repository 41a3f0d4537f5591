using System.Text;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>CloudEvents HTTP protocol binding 1.0.2, sections 3 and 3.1.</summary>
public class BinaryModeTests
{
    [Fact]
    public void The_data_byte_sequence_is_used_as_the_HTTP_message_body()
    {
        byte[] body = [0, 255, 13, 10, 7];
        var reading = CloudEventReader.Read("application/octet-stream", Reading.Pairs(Reading.Required), body, EventLimits.Default);
        Assert.Equal(ContentMode.Binary, reading.Mode);
        Assert.Equal(body, reading.Single().Data.ToArray());
    }

    [Fact]
    public void Content_Type_MUST_be_written_to_datacontenttype()
    {
        var parsed = Reading.Binary("application/json; charset=utf-8", "{}", Reading.Required).Single();
        Assert.Equal("application/json; charset=utf-8", parsed["datacontenttype"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_content_type_no_datacontenttype_is_assumed(string? contentType) =>
        Assert.Null(Reading.Binary(contentType, "{}", Reading.Required).Single()["datacontenttype"]);

    [Fact]
    public void Attributes_keep_their_order_and_specversion_is_not_among_them()
    {
        var parsed = Reading.Binary("text/plain", "x", ("ce-type", "t"), ("ce-zz", ""), ("ce-id", "1"), ("ce-specversion", "1.0"), ("host", "h"), ("ce-source", "/s")).Single();
        Assert.Equal(["type", "zz", "id", "source", "datacontenttype"], parsed.Attributes.Select(a => a.Key));
        Assert.Equal("1.0", parsed["specversion"]);
        Assert.Equal("", parsed["zz"]);
    }

    [Fact]
    public void Header_names_are_case_insensitive()
    {
        var parsed = Reading.Binary(null, "", ("CE-SpecVersion", "1.0"), ("Ce-ID", "1"), ("cE-source", "/s"), ("CE-TYPE", "t"), ("Ce-MyExt9", "v")).Single();
        Assert.Equal("v", parsed["myext9"]);
        Assert.Same("id", parsed.Attributes[0].Key);
    }

    [Theory]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("Euro%20%e2%82%ac", "Euro €")]
    [InlineData("%41%7A", "Az")]
    [InlineData("%2541", "%41")]
    [InlineData("\"quoted value\"", "quoted value")]
    [InlineData("\"a \\\"b\\\" \\\\ c\"", "a \"b\" \\ c")]
    [InlineData("\"%E2%82%AC\"", "€")]
    [InlineData("\"\\%41\"", "A")]
    [InlineData("with space", "with space")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("  trimmed\t", "trimmed")]
    [InlineData("a(b)c,d;e=f", "a(b)c,d;e=f")]
    public void Values_are_unquoted_and_then_percent_decoded_once(string header, string value) =>
        Assert.Equal(value, Reading.BinaryWith(("ce-subject", header)).Single()["subject"]);

    [Theory]
    [InlineData("%C0%A0", "not UTF-8")]
    [InlineData("%E2%82", "not UTF-8")]
    [InlineData("%ED%A0%80", "not UTF-8")]
    [InlineData("%F4%90%80%80", "not UTF-8")]
    [InlineData("%FF", "not UTF-8")]
    [InlineData("100%", "%25")]
    [InlineData("%4", "%25")]
    [InlineData("%zz", "%25")]
    [InlineData("\"open", "%22")]
    [InlineData("\"open\\", "%22")]
    [InlineData("5\" disk", "%22")]
    [InlineData("€", "percent-encode")]
    [InlineData("a\tb", "percent-encode")]
    [InlineData("a\r\nce-id: 2", "percent-encode")]
    [InlineData("a\0", "percent-encode")]
    [InlineData("%00", "U+0000")]
    [InlineData("%0D%0A", "U+000D")]
    [InlineData("%7F", "U+007F")]
    [InlineData("%C2%9F", "U+009F")]
    [InlineData("%EF%BF%BF", "U+FFFF")]
    [InlineData("%EF%B7%90", "U+FDD0")]
    [InlineData("%F0%9F%BF%BE", "U+1FFFE")]
    public void Values_that_are_no_String_of_the_type_system_MUST_be_rejected(string header, string naming)
    {
        var fault = Reading.BinaryWith(("ce-subject", header)).Fault!;
        Assert.Equal(Verdict.Malformed, fault.Verdict);
        Assert.Contains("subject", fault.Reason);
        Assert.Contains(naming, fault.Reason);
        Assert.All(fault.Reason, c => Assert.False(char.IsControl(c)));
    }

    [Theory]
    [InlineData("ce-datacontenttype", "text/plain", "Content-Type")]
    [InlineData("ce-data", "x", "body")]
    [InlineData("ce-", "x", "names no attribute")]
    [InlineData("ce-my_ext", "x", "names no attribute")]
    [InlineData("ce-my-ext", "x", "names no attribute")]
    [InlineData("ce-é", "x", "names no attribute")]
    [InlineData("ce-\u212A", "x", "names no attribute")]
    [InlineData("ce-a234567890123456789012345678901234567890123456789012345678901234x", "x", "names no attribute")]
    [InlineData("ce-id", "2", "given twice")]
    [InlineData("CE-ID", "2", "given twice")]
    public void Headers_that_name_no_attribute_are_refused(string name, string value, string naming)
    {
        var fault = Reading.BinaryWith((name, value)).Fault!;
        Assert.Equal(Verdict.Malformed, fault.Verdict);
        Assert.Contains(naming, fault.Reason);
    }

    [Fact]
    public void Names_longer_than_20_characters_are_taken()
    {
        var name = new string('a', EventLimits.MaxNameLength);
        Assert.Equal("v", Reading.BinaryWith(("ce-" + name, "v")).Single()[name]);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("text/")]
    [InlineData("/plain")]
    [InlineData("text/plain; charset")]
    [InlineData("text/plän")]
    [InlineData("text/plain\r\nx: y")]
    public void A_content_type_that_is_no_media_type_is_refused(string contentType)
    {
        var fault = Reading.Binary(contentType, "", Reading.Required).Fault!;
        Assert.Equal(Verdict.Malformed, fault.Verdict);
        Assert.Contains("datacontenttype", fault.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    public void A_message_without_any_sign_of_an_event_is_told_apart_from_a_malformed_one(string? contentType)
    {
        var reading = Reading.Binary(contentType, "{}", ("accept", "*/*"), ("cex-id", "1"));
        Assert.Equal(ContentMode.None, reading.Mode);
        Assert.Equal(Verdict.Malformed, reading.Fault!.Verdict);
        Assert.Contains("ce-specversion: 1.0", reading.Fault.Reason);
        Assert.Equal(ContentMode.Binary, Reading.Binary(contentType, "{}", ("ce-id", "1")).Mode);
    }

    [Fact]
    public void An_event_at_the_bound_is_taken_and_one_byte_more_is_too_large()
    {
        var attributes = "id1source/stypet".Length;
        var limits = new EventLimits { MaxEventBytes = attributes + 10 };
        Assert.Equal(attributes + 10, CloudEventReader.Read(null, Reading.Pairs(Reading.Required), new byte[10], limits).Single().Size);
        Assert.Equal(Verdict.TooLarge, CloudEventReader.Read(null, Reading.Pairs(Reading.Required), new byte[11], limits).Fault!.Verdict);
    }

    [Fact]
    public void Attributes_are_bounded_in_number_and_bytes()
    {
        var many = Enumerable.Range(0, EventLimits.MaxAttributes - 2).Select(i => ($"ce-x{i}", "v")).ToArray();
        Assert.Null(Reading.BinaryWith(many[1..]).Fault);
        Assert.Equal(Verdict.TooLarge, Reading.BinaryWith(many).Fault!.Verdict);
        Assert.Equal(Verdict.TooLarge, Reading.BinaryWith(("ce-x", new string('v', 64 * 1024))).Fault!.Verdict);
    }

    [Fact]
    public void Headers_of_an_answer_come_as_they_were_sent()
    {
        using var answer = new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes("x")) };
        foreach (var (name, value) in Reading.Required) answer.Headers.TryAddWithoutValidation(name, value);
        Assert.Null(EventHeaders.ContentType(answer));
        answer.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain;charset=utf-8");
        var parsed = CloudEventReader.Read(EventHeaders.ContentType(answer), EventHeaders.Of(answer), "x"u8.ToArray(), EventLimits.Default).Single();
        Assert.Equal("text/plain;charset=utf-8", parsed["datacontenttype"]);

        answer.Headers.TryAddWithoutValidation("ce-id", "2");
        Assert.Contains("given twice", CloudEventReader.Read(null, EventHeaders.Of(answer), default, EventLimits.Default).Fault!.Reason);
    }

    [Fact]
    public void A_header_of_a_request_with_two_values_is_refused()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, value) in Reading.Required) headers[name] = value;
        Assert.Null(CloudEventReader.Read(null, EventHeaders.Of(headers), default, EventLimits.Default).Fault);
        headers["ce-id"] = new(["1", "2"]);
        Assert.Contains("given twice", CloudEventReader.Read(null, EventHeaders.Of(headers), default, EventLimits.Default).Fault!.Reason);
    }
}
