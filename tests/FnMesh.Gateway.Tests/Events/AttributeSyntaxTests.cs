using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Events;

public class AttributeSyntaxTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31t12:00:00z")]
    [InlineData("1985-04-12T23:20:50.52Z")]
    [InlineData("1996-12-19T16:39:57-08:00")]
    [InlineData("1990-12-31T23:59:60Z")]
    [InlineData("1937-01-01T12:00:27.87+00:20")]
    [InlineData("2024-02-29T00:00:00.123456789012+23:59")]
    [InlineData("0000-01-01T00:00:00-00:00")]
    public void Times_of_RFC_3339_are_taken(string text) => Assert.True(Rfc3339.IsDateTime(text));

    [Theory]
    [InlineData("2026-1-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T12:60:00Z")]
    [InlineData("2026-01-31T12:00:61Z")]
    [InlineData("2026-13-01T12:00:00Z")]
    [InlineData("2026-00-01T12:00:00Z")]
    [InlineData("2026-04-31T12:00:00Z")]
    [InlineData("1900-02-29T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00.Z")]
    [InlineData("2026-01-31T12:00:00,5Z")]
    [InlineData("2026-01-31T12:00:00.5")]
    [InlineData("2026-01-31T12:00:00+0100")]
    [InlineData("2026-01-31T12:00:00+24:00")]
    [InlineData("2026-01-31T12:00:00+01:60")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData("٢٠٢٦-01-31T12:00:00Z")]
    [InlineData("20260131T120000Z00000")]
    public void Times_that_are_not_are_refused(string text) => Assert.False(Rfc3339.IsDateTime(text));

    [Theory]
    [InlineData("https://github.com/cloudevents")]
    [InlineData("mailto:cncf-wg-serverless@lists.cncf.io")]
    [InlineData("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [InlineData("https://u:p@[::1]:8080/a/b?c=d/?#e/?")]
    [InlineData("http://[v1.a:b]/")]
    [InlineData("http://host:/")]
    [InlineData("file:///x")]
    [InlineData("x:")]
    public void Absolute_URIs_are_taken(string text)
    {
        Assert.True(UriSyntax.IsAbsolute(text));
        Assert.True(UriSyntax.IsReference(text));
    }

    [Theory]
    [InlineData("/cloudevents/spec/pull/123")]
    [InlineData("/sensors/tn-1234567/alerts")]
    [InlineData("1-555-123-4567")]
    [InlineData("//host/path")]
    [InlineData("a/b:c")]
    [InlineData("?q")]
    [InlineData("#f")]
    [InlineData("%20")]
    public void References_without_a_scheme_are_only_references(string text)
    {
        Assert.True(UriSyntax.IsReference(text));
        Assert.False(UriSyntax.IsAbsolute(text));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("1a:b")]
    [InlineData(":a")]
    [InlineData("a_b:c")]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("a#b#c")]
    [InlineData("a[b]")]
    [InlineData("http://[::g]/")]
    [InlineData("http://[1.2.3.4]/")]
    [InlineData("http://[::1%25eth0]/")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://[v.a]/")]
    [InlineData("http://h:x/")]
    [InlineData("http://a@b@c/")]
    [InlineData("back\\slash")]
    [InlineData("<x>")]
    [InlineData("{x}")]
    [InlineData("é")]
    public void What_is_no_URI_is_refused(string text)
    {
        Assert.False(UriSyntax.IsReference(text));
        Assert.False(UriSyntax.IsAbsolute(text));
    }

    [Theory]
    [InlineData("application/json", true, "")]
    [InlineData("TEXT/JSON ; CharSet=UTF-8", true, "UTF-8")]
    [InlineData("application/vnd.x+JSON;a=b;charset=\"utf-8\" ;", true, "utf-8")]
    [InlineData("text/plain; x=\"a;b\\\"c\"; charset=latin1", false, "latin1")]
    [InlineData("application/jsonx", false, "")]
    public void Media_types_tell_JSON_and_charset(string text, bool json, string charset)
    {
        Assert.True(MediaType.TryParse(text, out var type));
        Assert.Equal(json, type.IsJson);
        Assert.Equal(charset, type.Charset.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b/c")]
    [InlineData(" a/b")]
    [InlineData("a/b; ")]
    [InlineData("a /b")]
    [InlineData("a/b;c")]
    [InlineData("a/b;c=")]
    [InlineData("a/b;c=\"")]
    [InlineData("a/b;c=\"\\\"")]
    [InlineData("a/b;c=\"\u0001\"")]
    [InlineData("a/b;c=\"\\é\"")]
    [InlineData("a/b;c=d e")]
    [InlineData("a/b;charset=a;charset=b")]
    [InlineData("a/b, c/d")]
    public void What_is_no_media_type_is_refused(string text) => Assert.False(MediaType.TryParse(text, out _));
}
