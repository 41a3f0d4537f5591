using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tokens;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Authorization;

/// <summary>Who wants to do what. Method and path are those of a call; type, source and attributes those of an event that is published or delivered.</summary>
internal readonly ref struct AccessRequest
{
    public required Operation Operation { get; init; }

    public required string Principal { get; init; }

    /// <summary>The namespace of the app that asks; empty for everybody else.</summary>
    public ReadOnlySpan<char> Namespace => Principals.AppNamespaceOf(Principal);

    public string Method { get; init; }

    /// <summary>As received.</summary>
    public ReadOnlySpan<char> Path
    {
        get;
        init
        {
            field = value;
            Readings = PathReadings.Of(value);
        }
    }

    /// <summary>What functions might make of <see cref="Path"/>, where that is something else.</summary>
    public string[] Readings { get; private init; }

    public string? EventType { get; init; }

    public string? EventSource { get; init; }

    /// <summary>The event's attributes; null for a call.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Attributes { get; init; }

    /// <summary>What the caller's token claims; null where there is none.</summary>
    public TokenClaims? Claims { get; init; }

    /// <summary>The functions that it may reach, in small letters; null where no rule asks, empty where none is known.</summary>
    public string[]? Functions { get; init; }

    /// <summary>What conditions see host, query and listener of; null for an event.</summary>
    public Envelope? Call { get; init; }

    /// <summary>Whether an ALLOW counts only where it lists paths: what permits calls in general does not permit this one.</summary>
    public bool OnlyByPath { get; init; }

    /// <summary>A call, to one of the apps that it may go to.</summary>
    /// <param name="call">Its envelope.</param>
    /// <param name="way">Where to; null for nowhere.</param>
    public static AccessRequest OfCall(Envelope call, Way? way) => new()
    {
        Operation = Operation.Call,
        Principal = call.Principal,
        Method = call.Method,
        Path = call.Path,
        Call = call,
        Claims = call.Claims,
        Functions = call.Table.AsksForFunctions ? CalledFunctions.Of(call, way) : null,
        OnlyByPath = call is { IsInvocation: true, IsFromPerson: false },
    };

    /// <summary>The delivery of an event.</summary>
    public static AccessRequest OfDelivery(Envelope delivery, Way way) => new()
    {
        Operation = Operation.Deliver,
        Principal = delivery.Principal,
        EventType = delivery.Delivered!.Event.Type,
        EventSource = delivery.Delivered.Event.Source,
        Attributes = delivery.Delivered.Event.Attributes,
        Functions = delivery.Table.AsksForFunctions ? CalledFunctions.Of(way.Backend, delivery.Method, delivery.Subscription!.Target) : null,
    };

    /// <summary>The publication of one of an envelope's events.</summary>
    public static AccessRequest OfPublication(Envelope publication, Events.ParsedEvent published) => new()
    {
        Operation = Operation.Publish,
        Principal = publication.Principal,
        EventType = published.Type,
        EventSource = published.Source,
        Attributes = published.Attributes,
        Claims = publication.Claims,
    };
}
