using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Metrics;

namespace FnMesh.Gateway.Routing;

/// <summary>One revision of an app, or an address outside, with the endpoints it has now.</summary>
internal sealed class Backend
{
    /// <summary>The app's name, or the outside address's host.</summary>
    public required string App { get; init; }

    /// <summary>Null for an address outside.</summary>
    public string? Revision { get; init; }

    public required Endpoint[] Endpoints { get; init; }

    /// <summary>The SPIFFE ID that every endpoint proves; null for addresses that prove nothing.</summary>
    public string? Identity { get; init; }

    /// <summary>False until the revision had an endpoint for the first time.</summary>
    public required bool WasReady { get; init; }

    public required RevisionInstruments Instruments { get; init; }

    /// <summary>Who may reach the app; empty for an address outside.</summary>
    public required AccessTarget[] Access { get; init; }

    /// <summary>What its functions say of being run twice.</summary>
    public RepeatableCalls Repeatable { get; init; } = RepeatableCalls.None;

    /// <summary>Which of its functions calls reach.</summary>
    public CalledFunctions Functions { get; init; } = CalledFunctions.None;

    public string Name => Revision ?? App;
}
