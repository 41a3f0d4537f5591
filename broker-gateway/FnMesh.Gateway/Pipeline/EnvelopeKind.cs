namespace FnMesh.Gateway.Pipeline;

internal enum EnvelopeKind : byte
{
    /// <summary>A synchronous call.</summary>
    Call,

    /// <summary>One or more events on their way into the broker.</summary>
    Publish,

    /// <summary>One event on its way to a subscriber.</summary>
    Delivery,
}
