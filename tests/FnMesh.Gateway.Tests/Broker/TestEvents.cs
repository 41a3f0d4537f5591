using System.Text;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Broker;

internal static class TestEvents
{
    public const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static EventRecord Of(string id, string type = "test.made", string? key = null, string data = "{}") => new()
    {
        Attributes = key is null
            ? [new("id", id), new("source", "/tests"), new("type", type)]
            : [new("id", id), new("source", "/tests"), new("type", type), new("partitionkey", key)],
        Data = Encoding.UTF8.GetBytes(data),
        Principal = "anonymous",
        TraceParent = TraceParent,
    };
}
