using System.Text;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using Microsoft.AspNetCore.Http;
using DataType = FnMesh.Shim.AzureFunctions.Protocol.BindingInfo.Types.DataType;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class EventInputsTests
{
    private const string Whole = """{"id":"e-1","source":"/s","specversion":"1.0","subject":"a b","type":"shop.placed","datacontenttype":"application/json","data":{"n":1}}""";

    [Theory]
    [InlineData("application/json", """{"n":1}""", "", """{ "json": "{\"n\":1}" }""")]
    [InlineData("application/json", """{"n":1}""", "string", """{ "string": "{\"n\":1}" }""")]
    [InlineData("application/json", """{"n":1}""", "binary", """{ "bytes": "eyJuIjoxfQ==" }""")]
    [InlineData("text/plain", "hello", "", """{ "string": "hello" }""")]
    [InlineData("application/octet-stream", "hello", "", """{ "bytes": "aGVsbG8=" }""")]
    [InlineData(null, "", "", """{ "json": "null" }""")]
    public void The_data_of_an_event_is_handed_over_by_its_own_type_or_by_the_one_that_is_asked_for(string? contentType, string body, string dataType, string expected) =>
        Assert.Equal(TypedData.Parser.ParseJson(expected), EventInputs.Of(Trigger(EventForm.CloudEventData, dataType), Read(contentType, body), collections: true));

    [Theory]
    [InlineData((int)EventForm.CloudEvent)]
    [InlineData((int)EventForm.EventGrid)]
    public void A_whole_event_is_one_JSON_object(int form)
    {
        var value = EventInputs.Of(Trigger((EventForm)form, ""), Read("application/json", """{"n":1}"""), collections: true);
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(Whole), System.Text.Json.Nodes.JsonNode.Parse(value.Json)), value.Json);
    }

    [Fact]
    public void A_record_of_Kafka_has_the_type_as_topic_the_partitionkey_as_key_and_the_attributes_as_headers()
    {
        var events = Read("application/json", """{"n":1}""", ("ce-partitionkey", "k"), ("ce-sequence", "42"), ("ce-time", "2026-01-02T03:04:05Z"));
        var json = System.Text.Json.Nodes.JsonNode.Parse(EventInputs.Of(Trigger(EventForm.Kafka, "string"), events, collections: true).String)!;
        Assert.Equal(("""{"n":1}""", "k", "shop.placed", 42, "2026-01-02T03:04:05Z"), ((string?)json["Value"], (string?)json["Key"], (string?)json["Topic"], (int)json["Offset"]!, (string?)json["Timestamp"]));
        Assert.Contains(json["Headers"]!.AsArray(), header => (string?)header!["Key"] == "ce_id" && (string?)header["Value"] == Convert.ToBase64String("e-1"u8));
    }

    [Fact]
    public void A_batch_is_a_collection_or_an_array_and_an_empty_text_keeps_its_place()
    {
        var body = """[ {"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/plain","data":""}, {"specversion":"1.0","id":"2","source":"/s","type":"t","data_base64":"aGk="} ]""";
        var events = EventReader.Read(Request("application/cloudevents-batch+json"), Encoding.UTF8.GetBytes(body), out var isBatch);
        Assert.True(isBatch);

        Assert.Equal(["", "hi"], EventInputs.Of(Trigger(EventForm.CloudEventData, "string", isBatch: true), events, collections: true).CollectionString.String);
        Assert.Equal("""["","hi"]""", EventInputs.Of(Trigger(EventForm.CloudEventData, "string", isBatch: true), events, collections: false).Json);
        Assert.Equal("""["","aGk="]""", EventInputs.Of(Trigger(EventForm.CloudEventData, "", isBatch: true), events, collections: true).Json);
    }

    [Fact]
    public void Attributes_stand_beside_the_event_and_beside_a_batch_as_arrays()
    {
        var events = Read("application/json", "{}");
        var one = new InvocationRequest();
        EventInputs.AddMetadata(one, Trigger(EventForm.CloudEventData, ""), events);
        Assert.Equal(("e-1", "a b"), (one.TriggerMetadata["id"].String, one.TriggerMetadata["subject"].String));

        var many = new InvocationRequest();
        EventInputs.AddMetadata(many, Trigger(EventForm.CloudEventData, "", isBatch: true), [events[0], events[0] with { Attributes = new Dictionary<string, string> { ["id"] = "e-2" } }]);
        Assert.Equal(("""["e-1","e-2"]""", """["a b",null]"""), (many.TriggerMetadata["idArray"].Json, many.TriggerMetadata["subjectArray"].Json));
    }

    [Theory]
    [InlineData("ce-specversion", "0.3")]
    [InlineData("ce-id", "")]
    public void What_is_no_event_is_refused(string header, string value)
    {
        var request = Request("application/json");
        request.Headers[header] = value;
        Assert.Throws<FormatException>(() => EventReader.Read(request, [], out _));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[")]
    public void What_is_no_batch_is_refused(string body) => Assert.Throws<FormatException>(() => EventReader.Read(Request("application/cloudevents-batch+json"), Encoding.UTF8.GetBytes(body), out _));

    private static EventTrigger Trigger(EventForm form, string dataType, bool isBatch = false) =>
        new("evt", form, [], null, null, dataType switch { "string" => DataType.String, "binary" => DataType.Binary, _ => DataType.Undefined }, isBatch);

    private static IReadOnlyList<DeliveredEvent> Read(string? contentType, string body, params (string Name, string Value)[] headers)
    {
        var request = Request(contentType);
        foreach (var (name, value) in headers) request.Headers[name] = value;
        return EventReader.Read(request, Encoding.UTF8.GetBytes(body), out _);
    }

    private static HttpRequest Request(string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = contentType;
        foreach (var (name, value) in ((string, string)[])[("ce-specversion", "1.0"), ("ce-id", "e-1"), ("ce-source", "/s"), ("ce-type", "shop.placed"), ("ce-subject", "a%20b")]) request.Headers[name] = value;
        return request;
    }
}
