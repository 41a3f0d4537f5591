using System.Text.Json.Nodes;
using FnMesh.Shim.AzureFunctions.Events;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class OutputEventsTests
{
    private static readonly DeliveredEvent Cause = new(new Dictionary<string, string> { ["id"] = "e-1", ["source"] = "/s" }, EventContent.None, default);

    private readonly OutputEvents _events = new("shop", new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));

    [Theory]
    [InlineData("""{ "json": "{\"n\":1}" }""", """{"datacontenttype":"application/json","data":{"n":1}}""")]
    [InlineData("""{ "string": "hello" }""", """{"datacontenttype":"text/plain; charset=utf-8","data":"hello"}""")]
    [InlineData("""{ "string": "{\"n\":1}" }""", """{"datacontenttype":"application/json","data":{"n":1}}""")]
    [InlineData("""{ "bytes": "AP8=" }""", """{"datacontenttype":"application/octet-stream","data_base64":"AP8="}""")]
    [InlineData("""{ "int": "7" }""", """{"datacontenttype":"application/json","data":7}""")]
    public void A_value_is_the_data_of_an_event_of_the_outputs_type(string value, string expected)
    {
        var made = Assert.Single(Of(OutputForm.CloudEvent, value));
        Assert.Equal(("1.0", "shop.made", "/apps/shop/functions/make"), ((string?)made["specversion"], (string?)made["type"], (string?)made["source"]));
        Assert.StartsWith("2026-01-02T03:04:05", (string?)made["time"]);
        foreach (var (name, part) in JsonNode.Parse(expected)!.AsObject()) Assert.Equal(part!.ToJsonString(), made[name]?.ToJsonString());
    }

    [Fact]
    public void An_array_is_several_events_and_nothing_is_none()
    {
        Assert.Equal(["1", "2"], Of(OutputForm.CloudEvent, """{ "json": "[1, 2, null]" }""").Select(made => made["data"]!.ToJsonString()));
        Assert.Equal(["a", "b"], Of(OutputForm.CloudEvent, """{ "collectionString": { "string": [ "a", "b" ] } }""").Select(made => (string?)made["data"]));
        Assert.Empty(Of(OutputForm.CloudEvent, "{ }"));
        Assert.Empty(Of(OutputForm.CloudEvent, """{ "json": "null" }"""));
    }

    [Fact]
    public void A_whole_CloudEvent_stays_what_it_is()
    {
        var made = Assert.Single(Of(OutputForm.EventGrid, """{ "json": "{\"SpecVersion\":\"1.0\",\"Id\":\"own\",\"Type\":\"other\",\"Source\":\"/mine\",\"Data\":{\"N\":1}}" }"""));
        Assert.Equal(("own", "other", "/mine", """{"N":1}"""), ((string?)made["id"], (string?)made["type"], (string?)made["source"], made["data"]!.ToJsonString()));
    }

    [Fact]
    public void An_event_of_Event_Grid_is_made_one_of_CloudEvents()
    {
        var made = Assert.Single(Of(OutputForm.EventGrid, """{ "json": "{\"id\":\"g-1\",\"eventType\":\"shop.grid\",\"subject\":\"orders/7\",\"topic\":\"/t\",\"eventTime\":\"2026-05-06T07:08:09Z\",\"dataVersion\":\"1\",\"data\":{\"n\":1}}" }"""));
        Assert.Equal(("g-1", "shop.grid", "orders/7", "/t", "2026-05-06T07:08:09Z"), ((string?)made["id"], (string?)made["type"], (string?)made["subject"], (string?)made["source"], (string?)made["time"]));
    }

    [Fact]
    public void A_record_of_Kafka_gives_its_value_and_its_key()
    {
        var made = Assert.Single(Of(OutputForm.Kafka, """{ "json": "{\"Offset\":0,\"Value\":\"{\\\"n\\\":1}\",\"Key\":\"k\",\"Headers\":[]}" }"""));
        Assert.Equal(("shop.made", "k", """{"n":1}"""), ((string?)made["type"], (string?)made["partitionkey"], made["data"]!.ToJsonString()));
    }

    [Fact]
    public void The_same_event_once_more_gives_events_of_the_same_ids()
    {
        var (first, again) = (Of(OutputForm.CloudEvent, """{ "json": "[1, 2]" }""", Cause), Of(OutputForm.CloudEvent, """{ "json": "[1, 2]" }""", Cause));
        Assert.Equal(first.Select(made => (string?)made["id"]), again.Select(made => (string?)made["id"]));
        Assert.NotEqual((string?)first[0]["id"], (string?)first[1]["id"]);
    }

    [Fact]
    public void A_value_without_a_type_makes_no_event()
    {
        var failure = Assert.Throws<FormatException>(() => Of(OutputForm.CloudEvent, """{ "string": "x" }""", type: null));
        Assert.Equal("the output '$return' holds no CloudEvent, and names no eventType for one that is made of it", failure.Message);
    }

    private IReadOnlyList<JsonObject> Of(OutputForm form, string value, DeliveredEvent? cause = null, string? type = "shop.made")
    {
        var function = new IndexedFunction { Name = "make", Id = "make", Trigger = new HttpCallTrigger("req", "x", [], "anonymous", "res"), Outputs = [new EventOutput("$return", form, type, null)], Metadata = new RpcFunctionMetadata() };
        return _events.Of(function, new InvocationResponse { ReturnValue = TypedData.Parser.ParseJson(value) }, cause);
    }
}
