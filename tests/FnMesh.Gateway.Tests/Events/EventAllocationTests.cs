using FnMesh.Gateway.Events;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Events;

public class EventAllocationTests
{
    [Fact]
    public void Reading_an_ordinary_event_in_binary_mode_allocates_little()
    {
        var headers = new HeaderDictionary
        {
            ["Host"] = "127.0.0.1",
            ["ce-specversion"] = "1.0",
            ["ce-id"] = "1",
            ["ce-source"] = "/shop/orders",
            ["ce-type"] = "shop.order.placed",
            ["ce-subject"] = "order-1",
            ["ce-time"] = "2026-01-31T12:00:00Z",
            ["ce-partitionkey"] = "order-1",
            ["Content-Type"] = "application/json",
        };
        var body = "{}"u8.ToArray();
        var allocated = Allocated(() => CloudEventReader.Read("application/json", EventHeaders.Of(headers), body, EventLimits.Default));
        Assert.InRange(allocated, 1, 512);
    }

    [Fact]
    public void Reading_an_ordinary_event_in_structured_mode_allocates_its_values_and_little_more()
    {
        var body = """{"specversion":"1.0","id":"1","source":"/shop/orders","type":"shop.order.placed","time":"2026-01-31T12:00:00Z","data":{"a":1}}"""u8.ToArray();
        var allocated = Allocated(() => CloudEventReader.Read("application/cloudevents+json", [], body, EventLimits.Default));
        Assert.InRange(allocated, 1, 768);
    }

    private static long Allocated(Func<EventReading> read)
    {
        const int rounds = 1000;
        for (var i = 0; i < rounds; i++) Assert.Null(read().Fault);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++) read();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
    }
}
