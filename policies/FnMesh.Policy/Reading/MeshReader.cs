using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class MeshReader
{
    /// <summary>A certificate begins a minute before it is made, so that clocks may differ; the half of a life that is hardly longer would have passed at once.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(5);

    /// <summary>Nothing takes an SVID back before its end; an authority lives ten years.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    public static Mesh Read(string name, Origin origin, FieldReader spec)
    {
        var domain = spec.Text("trustDomain");
        if (domain is { } written && !Names.IsTrustDomain(written.Value))
            spec.Error(DiagnosticCodes.InvalidName, written.Origin,
                $"field 'trustDomain' must be 1 to 255 of a-z, 0-9, '.', '_' and '-', not {Quoted.Text(written.Value)}");
        RetentionFields? retention = null;
        KafkaEntry? kafka = null;
        if (spec.Map("broker") is { } broker)
        {
            var kind = broker.Choice("kind", ["embedded", "kafka"], ["dapr"], required: true);
            var isKafka = kind?.Value == "kafka";
            if (broker.Map("kafka", required: isKafka) is { } settings)
            {
                kafka = KafkaReader.Read(name, settings);
                if (kind is { } other && !isKafka) broker.Error(DiagnosticCodes.ExclusiveFields, other.Origin, $"the broker is '{other.Value}' and has settings of Kafka; write kind: kafka, or remove the block 'kafka'");
            }

            retention = RetentionReader.Read(broker, isKafka ? kafka?.Topic ?? "TOPIC" : null);
            broker.Close("dapr");
        }

        Written<bool>? attributeRoutes = null;
        if (spec.Map("edge") is { } edge)
        {
            attributeRoutes = edge.Flag("attributeRoutes");
            edge.Close();
        }

        Written<TimeSpan>? life = null;
        if (spec.Map("identity") is { } identity)
        {
            life = identity.Duration("ttl", ShortestLife, LongestLife);
            identity.Close();
        }

        var inFlight = LimitsReader.ReadMesh(spec);
        var webhooks = WebhooksReader.ReadMesh(spec);
        spec.Close();
        return new Mesh(name, origin, domain?.Value, attributeRoutes?.Value, life, inFlight, retention, webhooks) { Kafka = kafka };
    }
}
