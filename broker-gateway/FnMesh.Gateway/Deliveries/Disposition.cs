namespace FnMesh.Gateway.Deliveries;

/// <summary>What becomes of an event after a delivery.</summary>
internal enum Disposition : byte
{
    /// <summary>Again later, and it uses up one of <c>retry</c>. First, so that nothing is acknowledged by falling through.</summary>
    RetryLater,

    /// <summary>Again later; the subscriber was never asked, so <c>retry</c> stays.</summary>
    RetryLaterUncounted,

    /// <summary>Done.</summary>
    Acknowledge,

    /// <summary>Given up at once.</summary>
    DeadLetter,
}
