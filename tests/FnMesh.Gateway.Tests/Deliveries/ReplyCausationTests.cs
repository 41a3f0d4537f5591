using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class ReplyCausationTests
{
    [Fact]
    public void A_reply_names_the_event_that_caused_it_and_begins_a_flow_with_it() =>
        Assert.Equal(("order-1", "order-1"), CausesOf(Reply(), Cause()));

    [Fact]
    public void A_reply_stays_in_the_flow_of_the_event_that_caused_it() =>
        Assert.Equal(("order-1", "flow-7"), CausesOf(Reply(), Cause(("correlationid", "flow-7"), ("causationid", "click-3"))));

    [Fact]
    public void What_a_function_says_itself_stands() =>
        Assert.Equal(("mine", "ours"), CausesOf(Reply(("causationid", "mine"), ("correlationid", "ours")), Cause(("correlationid", "flow-7"))));

    [Fact]
    public void Everything_else_of_a_reply_stays_as_it_is()
    {
        var reply = Reply(("subject", "a"));
        var caused = Assert.Single(ReplyCausation.Of([reply], Cause()));

        Assert.Equal(reply.Attributes, caused.Attributes.Take(reply.Attributes.Count));
        Assert.Equal(reply.Data, caused.Data);
    }

    private static (string?, string?) CausesOf(ParsedEvent reply, EventRecord cause)
    {
        var caused = Assert.Single(ReplyCausation.Of([reply], cause));
        return (caused["causationid"], caused["correlationid"]);
    }

    private static ParsedEvent Reply(params (string Name, string Value)[] more) => new(
        [new("id", "reply-1"), new("source", "/payments"), new("type", "paid"), .. more.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value))], new byte[] { 1 }, 40);

    private static EventRecord Cause(params (string Name, string Value)[] more) => new()
    {
        Attributes = [new("id", "order-1"), new("source", "/orders"), new("type", "placed"), .. more.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value))],
        Data = default,
        Principal = "anonymous",
        TraceParent = "",
    };
}
