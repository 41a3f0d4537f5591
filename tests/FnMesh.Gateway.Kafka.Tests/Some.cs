using System.Text;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Kafka.Tests;

internal static class Some
{
    public static KafkaBrokerOptions Options(MockCluster cluster, string directory) => new()
    {
        BootstrapServers = cluster.Servers,
        Topic = "events",
        Mesh = "shop",
        KeyDirectory = directory,
        CreateTopics = false,
        SessionTimeout = TimeSpan.FromSeconds(3),
    };

    public static EventRecord Event(string id, string? key = null, string principal = "spiffe://shop.local/ns/default/app/orders") => new()
    {
        Attributes = [new("id", id), new("source", "/tests"), new("type", "test.made"), new("datacontenttype", "application/json"), .. key is null ? Array.Empty<KeyValuePair<string, string>>() : [new("partitionkey", key)]],
        Data = Encoding.UTF8.GetBytes("{}"),
        Principal = principal,
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
}
