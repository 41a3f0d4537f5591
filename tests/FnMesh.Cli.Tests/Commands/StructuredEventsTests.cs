using System.Text;
using FnMesh.Cli.Commands;

namespace FnMesh.Cli.Tests.Commands;

public sealed class StructuredEventsTests
{
    private const string Attributes = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";
    private static readonly Uri Target = new("http://app/_fnmesh/functions/f");

    [Theory]
    [InlineData("\"data\":{\"a\":1}", "application/json", "{\"a\":1}")]
    [InlineData("\"data\":\"x\"", "application/json", "\"x\"")]
    [InlineData("\"data\":\"x\",\"datacontenttype\":\"text/plain\"", "text/plain", "x")]
    [InlineData("\"data_base64\":\"eHk=\",\"datacontenttype\":\"image/png\"", "image/png", "xy")]
    [InlineData("\"data\":null", null, "")]
    public async Task Data_becomes_the_body_in_its_own_type(string data, string? type, string body)
    {
        var (requests, _) = Read($"{{{Attributes},{data}}}");
        Assert.Equal(body, await requests!.Single().Content!.ReadAsStringAsync());
        Assert.Equal(type, requests!.Single().Content!.Headers.ContentType?.ToString());
    }

    [Fact]
    public void Attributes_become_headers_with_what_a_header_cannot_hold_encoded()
    {
        var (requests, _) = Read($"[{{{Attributes},\"subject\":\"Ö x\",\"count\":7,\"flag\":true,\"gone\":null}}]");
        var headers = requests!.Single().Headers.ToDictionary(header => header.Key, header => header.Value.Single());
        Assert.Equal(("%C3%96%20x", "7", "true", "t"), (headers["ce-subject"], headers["ce-count"], headers["ce-flag"], headers["ce-type"]));
        Assert.DoesNotContain("ce-gone", headers.Keys);
    }

    [Theory]
    [InlineData("[]", "f.json: holds no event")]
    [InlineData("7", "f.json: is no event: an event is a JSON object")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"}", "f.json: has no type")]
    [InlineData("[{" + Attributes + "},{}]", "f.json: event 2 has no specversion")]
    [InlineData("{" + Attributes + ",\"odd\":[]}", "f.json: has the attribute odd, which is no single value")]
    [InlineData("{" + Attributes + ",\"data_base64\":\"?\"}", "f.json: data_base64 is not Base64")]
    public void What_is_no_event_is_said(string text, string fault) => Assert.Equal(fault, Read(text).Fault);

    private static (IReadOnlyList<HttpRequestMessage>? Requests, string? Fault) Read(string text) => StructuredEvents.Read(Encoding.UTF8.GetBytes(text), "f.json", Target);
}
