using System.Text;
using System.Text.Json;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Events;

public sealed class RefusedEventTests(PublishMesh fixture) : IClassFixture<PublishMesh>
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Whole = """{"specversion":"1.0","id":"1","source":"/s","type":"test.t"}""";

    private Mesh Mesh => fixture.Mesh;

    /// <summary>Headers of a binary event that make it malformed (name=value; empty takes the header away), and what the answer must name.</summary>
    public static TheoryData<string, string> BinaryFaults => new()
    {
        { "ce-specversion", "specversion" }, { "ce-specversion=", "specversion" }, { "ce-specversion=0.3", "specversion" }, { "ce-specversion=2.0", "1.0" },
        { "ce-id", "id" }, { "ce-id=", "id" }, { "ce-type", "type" }, { "ce-type=", "type" }, { "ce-source", "source" }, { "ce-source=", "source" },
        { "ce-source=a b", "source" }, { "ce-time=yesterday", "time" }, { "ce-dataschema=relative", "dataschema" }, { "ce-subject=", "subject" },
        { "ce-my_attribute=1", "my_attribute" }, { "ce-data=1", "data" }, { "ce-subject=%FF", "subject" }, { "ce-subject=%C0%AF", "subject" },
        { "ce-datacontenttype=text/plain", "datacontenttype" },
    };

    /// <summary>Bodies of structured events, and what the answer must name.</summary>
    public static TheoryData<string, string> StructuredFaults => new()
    {
        { "", "empty" }, { "{", "JSON" }, { "[]", "object" }, { "null", "object" }, { Whole + "x", "JSON" }, { "{\"specversion\":\"1.0\",}", "JSON" },
        { """{"id":"1","source":"/s","type":"test.t"}""", "specversion" }, { """{"specversion":"","id":"1","source":"/s","type":"test.t"}""", "specversion" },
        { """{"specversion":"0.3","id":"1","source":"/s","type":"test.t"}""", "specversion" }, { """{"specversion":1.0,"id":"1","source":"/s","type":"test.t"}""", "specversion" },
        { """{"specversion":"1.0","source":"/s","type":"test.t"}""", "id" }, { """{"specversion":"1.0","id":"","source":"/s","type":"test.t"}""", "id" },
        { """{"specversion":"1.0","id":7,"source":"/s","type":"test.t"}""", "id" }, { """{"specversion":"1.0","id":null,"source":"/s","type":"test.t"}""", "id" },
        { """{"specversion":"1.0","id":"1","type":"test.t"}""", "source" }, { """{"specversion":"1.0","id":"1","source":"","type":"test.t"}""", "source" },
        { """{"specversion":"1.0","id":"1","source":"/s"}""", "type" }, { """{"specversion":"1.0","id":"1","source":"/s","type":""}""", "type" },
        { """{"specversion":"1.0","id":"1","id":"2","source":"/s","type":"test.t"}""", "id" },
        { """{"specversion":"1.0","id":"1","source":"/s","type":"test.t","Upper":"x"}""", "Upper" }, { """{"specversion":"1.0","id":"1","source":"/s","type":"test.t","ext":{}}""", "ext" },
        { """{"specversion":"1.0","id":"1","source":"/s","type":"test.t","time":"now"}""", "time" },
        { """{"specversion":"1.0","id":"1","source":"/s","type":"test.t","data":1,"data_base64":"AA=="}""", "data_base64" },
        { """{"specversion":"1.0","id":"1","source":"/s","type":"test.t","data_base64":"%"}""", "data_base64" },
        { """{"specversion":"1.0","id":"\ud800","source":"/s","type":"test.t"}""", "id" },
    };

    [Theory]
    [MemberData(nameof(BinaryFaults))]
    public async Task A_malformed_event_in_binary_mode_gets_400_naming_the_fault_and_is_not_stored(string change, string named)
    {
        var name = change.Split('=')[0];
        using var request = Event.Binary(Mesh.Up.Gateway, "test.t", "1");
        request.Headers.Remove(name);
        if (change.Contains('=')) request.Headers.TryAddWithoutValidation(name, change[(name.Length + 1)..]);

        await IsRefusedAsync(request, 400, "Malformed", named);
    }

    [Theory]
    [MemberData(nameof(StructuredFaults))]
    public async Task A_malformed_event_in_structured_mode_gets_400_naming_the_fault_and_is_not_stored(string body, string named)
    {
        using var request = Event.Post(Mesh.Up.Gateway, Structured, Encoding.UTF8.GetBytes(body));

        await IsRefusedAsync(request, 400, "Malformed", named);
    }

    [Theory]
    [MemberData(nameof(StructuredFaults))]
    public async Task A_batch_with_one_bad_event_is_refused_whole(string body, string named)
    {
        if (body.Length == 0) body = "null"; // Between two others nothing is no event either.
        using var request = Event.Post(Mesh.Up.Gateway, Batch, Encoding.UTF8.GetBytes($"[{Whole},{body},{Whole}]"));

        await IsRefusedAsync(request, 400, "Malformed", named == "empty" ? "object" : named);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(Whole)]
    [InlineData("[")]
    public async Task A_batch_that_is_no_array_gets_400_and_nothing_is_stored(string body)
    {
        using var request = Event.Post(Mesh.Up.Gateway, Batch, Encoding.UTF8.GetBytes(body));

        await IsRefusedAsync(request, 400, "Malformed", "");
    }

    [Theory]
    [InlineData(Structured, "", "")]
    [InlineData(Batch, "[", "]")]
    public async Task A_body_that_is_not_UTF_8_gets_400_and_is_not_stored(string contentType, string before, string after)
    {
        var (start, end) = Whole.Split("/s") is [var head, var tail] ? (before + head, tail + after) : default;
        byte[] body = [.. Encoding.UTF8.GetBytes(start), 0xC3, 0x28, .. Encoding.UTF8.GetBytes(end)];
        using var request = Event.Post(Mesh.Up.Gateway, contentType, body);

        await IsRefusedAsync(request, 400, "Malformed", "UTF-8");
    }

    [Fact]
    public async Task A_request_that_is_no_event_at_all_gets_400_that_says_how_to_send_one()
    {
        using var request = Event.Post(Mesh.Up.Gateway, "application/json", "{}"u8.ToArray());

        await IsRefusedAsync(request, 400, "Malformed", "ce-");
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("structured")]
    [InlineData("batch")]
    public async Task An_event_that_is_too_large_gets_413_and_is_not_stored(string mode)
    {
        var data = new string('x', 1 << 20);
        var large = Whole.Replace("}", $",\"data\":\"{data}\"}}");
        using var request = mode switch
        {
            "binary" => Event.Binary(Mesh.Up.Gateway, "test.t", "1", body: $"\"{data}\""),
            "structured" => Event.Post(Mesh.Up.Gateway, Structured, Encoding.UTF8.GetBytes(large)),
            _ => Event.Post(Mesh.Up.Gateway, Batch, Encoding.UTF8.GetBytes($"[{Whole},{large}]")),
        };

        await IsRefusedAsync(request, 413, "TooLarge", "");
    }

    [Theory]
    [InlineData("application/cloudevents+xml")]
    [InlineData("application/cloudevents+json; charset=utf-16")]
    public async Task A_format_that_is_not_spoken_gets_415_and_nothing_is_stored(string contentType)
    {
        using var request = Event.Post(Mesh.Up.Gateway, contentType, Encoding.UTF8.GetBytes(Whole));

        await IsRefusedAsync(request, 415, "Unsupported", "");
    }

    [Fact]
    public async Task A_type_that_no_policy_lets_the_caller_publish_gets_403_and_is_not_stored()
    {
        using var request = Event.Binary(Mesh.Up.Gateway, "secret.t", "1");

        await IsRefusedAsync(request, 403, "Denied", "secret.t");
    }

    [Fact]
    public async Task A_batch_with_one_event_that_may_not_be_published_is_refused_whole()
    {
        using var request = Event.Post(Mesh.Up.Gateway, Batch, Encoding.UTF8.GetBytes($"[{Whole},{Whole.Replace("test.t", "secret.t")}]"));

        await IsRefusedAsync(request, 403, "Denied", "secret.t");
    }

    [Fact]
    public async Task The_command_lists_no_event()
    {
        var listed = await Mesh.CommandAsync("events", "list", "-o", "json");

        Assert.True(listed.Code == 0, $"{listed}");
        Assert.Equal(0, JsonDocument.Parse(listed.Output).RootElement.GetProperty("items").GetArrayLength());
    }

    private async Task IsRefusedAsync(HttpRequestMessage request, int status, string verdict, string named)
    {
        using var answer = await Mesh.Http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();

        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(verdict, Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((status, verdict), (problem.GetProperty("status").GetInt32(), problem.GetProperty("verdict").GetString()));
        Assert.Contains(named, problem.GetProperty("detail").GetString());
        Assert.Equal(0, (await Mesh.ControlAsync("/api/v1/events?limit=1")).GetProperty("items").GetArrayLength());
    }
}
