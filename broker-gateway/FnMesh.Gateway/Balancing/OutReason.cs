namespace FnMesh.Gateway.Balancing;

/// <summary>Why an endpoint is left alone.</summary>
internal enum OutReason : byte
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Nobody took the connection.</summary>
    Unreachable,

    /// <summary>Too many of its answers in a row were failures.</summary>
    Failing,

    /// <summary>Its health checks fail.</summary>
    Sick,
}
