using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>By what an event is found again, hashed; 0 for an attribute that it lacks.</summary>
internal readonly record struct EventKeys(ulong Id, ulong Type, ulong Source, ulong Subject)
{
    public static EventKeys Of(EventRecord record) => new(
        BlockKeys.Of("id", record.Id), BlockKeys.Of("type", record.Type), BlockKeys.Of("source", record.Source),
        record["subject"] is { } subject ? BlockKeys.Of("subject", subject) : 0);
}
