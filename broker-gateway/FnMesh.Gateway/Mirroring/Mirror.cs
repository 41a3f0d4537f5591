using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Limits;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Mirroring;

/// <summary>Who gets copies of the calls of a rule or of a way, bound.</summary>
internal sealed class Mirror
{
    /// <summary>Copies under way at the same time, for each mirror; with the bound on bodies that is 4 MiB.</summary>
    private const int MostBusy = 64;

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(30);

    /// <summary>How many calls are copied, from 0 to 1.</summary>
    public required double Part { get; init; }

    public required Split Split { get; init; }

    /// <summary>Draws both which calls are copied and where they go; it outlives the table.</summary>
    public required ShareSequence Calls { get; init; }

    /// <inheritdoc cref="Calls"/>
    public required ShareSequence Shares { get; init; }

    /// <summary>What is under way; it outlives the table.</summary>
    public required InFlightMeter Busy { get; init; }

    public required MirrorInstruments Instruments { get; init; }

    /// <summary>Where a copy of this call goes.</summary>
    /// <returns>Null for nowhere: it was not drawn, or may not.</returns>
    public Way? Draw(Envelope envelope)
    {
        if (Calls.Next() >= Part || Split.Choose(Shares.Next()) is not { } way) return null;
        if (AccessDecision.Of(AccessRequest.OfCall(envelope, way), envelope.Rule?.Access ?? [], way.Backend.Access).Denial is null) return way;
        Instruments.Count(MirrorResult.Denied);
        return null;
    }

    /// <summary>Takes a place, or counts that there is none.</summary>
    public bool TryEnter()
    {
        if (Busy.TryEnter(MostBusy)) return true;
        Instruments.Count(MirrorResult.Busy);
        return false;
    }

    /// <summary>How long a copy may take.</summary>
    public static TimeSpan TimeOf(Way way) => way.Resilience.Request is { } limit && limit < LongestTime ? limit : LongestTime;
}
