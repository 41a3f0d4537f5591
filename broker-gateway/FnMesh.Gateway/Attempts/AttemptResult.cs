using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Attempts;

/// <summary>What one try came to.</summary>
/// <param name="Outcome">What the caller gets if this was the last try.</param>
/// <param name="Endpoint">Where it went; null when there was nowhere to go.</param>
/// <param name="Unsent">Nothing of the request reached the wire.</param>
/// <param name="Final">The answer is on its way to the caller: nothing can be repeated any more.</param>
internal sealed record AttemptResult(Outcome Outcome, Endpoint? Endpoint, bool Unsent, bool Final)
{
    /// <summary>The endpoint is there and refused the request unprocessed, as one does that has too much to do.</summary>
    public bool Refused { get; init; }

    /// <summary>Whether it is tried again; decided once, when the budget was asked.</summary>
    public bool Repeat { get; set; }
}
