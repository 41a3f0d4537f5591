using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

internal static class SubscriptionReader
{
    public static Subscription Read(string name, Origin origin, FieldReader spec)
    {
        var source = spec.Text("source");
        var types = ReadTypes(spec);
        var filters = EventFilterReader.ReadAll(spec, "filters");
        var sink = spec.Map("sink", required: true) is { } map ? SinkReader.Read(map) : null;
        var delivery = spec.Map("delivery") is { } written ? ReadDelivery(written) : new Delivery();
        spec.Close("id", "config", "protocol", "protocolsettings", "sinkcredential", "start", "broker");
        return new Subscription(name, origin, source?.Value, types, filters, sink, delivery);
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

    private static Delivery ReadDelivery(FieldReader delivery)
    {
        var policy = delivery.Choice("backoffPolicy", ["linear", "exponential"], []);
        var written = new Delivery
        {
            Retry = delivery.Whole("retry", 0, 1000),
            BackoffPolicy = policy is { } word ? new(word.Value == "linear" ? BackoffPolicy.Linear : BackoffPolicy.Exponential, word.Origin) : null,
            BackoffDelay = delivery.Duration("backoffDelay"),
            BackoffMax = delivery.Duration("backoffMax"),
            Timeout = delivery.Duration("timeout", max: TimeSpan.FromHours(1)),
            Ordered = delivery.Flag("ordered"),
            DeadLetter = delivery.Flag("deadLetter"),
        };
        delivery.Close("deadLetterSink", "retryAfterMax", "format");
        var delay = written.BackoffDelay?.Value ?? Defaults.BackoffDelay;
        var max = written.BackoffMax?.Value ?? Defaults.BackoffMax;
        if (delay > max)
            delivery.Error(DiagnosticCodes.TimeoutsContradict, delivery.Place(delivery.Has("backoffDelay") ? "backoffDelay" : "backoffMax"),
                $"backoffDelay ({Durations.Format(delay)}) must not be longer than backoffMax ({Durations.Format(max)})");
        return written;
    }
}
