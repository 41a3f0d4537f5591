using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class SubscriptionReader
{
    public static Subscription Read(string name, Origin origin, FieldReader spec)
    {
        var source = spec.Text("source");
        var topic = ReadTopic(spec);
        var types = ReadTypes(spec);
        var filters = EventFilterReader.ReadAll(spec, "filters");
        var sink = spec.Map("sink", required: true) is { } map ? SinkReader.Read(map) : null;
        var delivery = spec.Map("delivery") is { } written ? DeliveryReader.Read(written) : new Delivery();
        var start = spec.Map("config") is { } config ? StartReader.Read(config) : null;
        var paused = spec.Flag("paused");
        spec.Close("id", "protocol", "protocolsettings", "sinkcredential", "broker");
        return new Subscription(name, origin, source?.Value, types, filters, sink, delivery, start, paused, topic);
    }

    private static Written<string>? ReadTopic(FieldReader spec)
    {
        if (spec.Text("topic") is not { } topic) return null;
        if (KafkaReader.IsTopic(topic.Value)) return topic;
        spec.Error(DiagnosticCodes.InvalidName, topic.Origin, $"field 'topic' must be {KafkaReader.TopicRule}, not {Quoted.Text(topic.Value)}");
        return null;
    }

    private static ImmutableArray<string> ReadTypes(FieldReader spec)
    {
        var types = ImmutableArray.CreateBuilder<string>();
        foreach (var type in spec.Texts(spec.FilledList("types"), "types"))
        {
            if (type.Value.Contains('*', StringComparison.Ordinal))
                spec.Error(DiagnosticCodes.InvalidValue, type.Origin,
                    $"'types' are exact, and {Quoted.Text(type.Value)} has a '*'; use filters: [ {{ prefix: {{ type: … }} }} ]");
            else if (!types.Contains(type.Value)) types.Add(type.Value);
        }

        return types.ToImmutable();
    }
}
