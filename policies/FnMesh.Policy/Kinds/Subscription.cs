using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

internal sealed record Subscription(
    string Name,
    Origin Origin,
    string? Source,
    ImmutableArray<string> Types,
    ImmutableArray<EventFilter> Filters,
    Sink? Sink,
    Delivery Delivery,
    Written<StartEntry>? Start,
    Written<bool>? Paused,
    Written<string>? Topic)
    : WrittenResource(Name, Origin);
