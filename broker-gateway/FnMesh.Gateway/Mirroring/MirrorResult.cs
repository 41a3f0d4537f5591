namespace FnMesh.Gateway.Mirroring;

/// <summary>What became of a copy.</summary>
internal enum MirrorResult : byte
{
    /// <summary>It was answered, whatever the status.</summary>
    Sent,

    /// <summary>It was not answered, or not in time.</summary>
    Failed,

    /// <summary>As many copies as may be were under way.</summary>
    Busy,

    /// <summary>The body was longer than what is kept, or had not ended when the call was answered.</summary>
    TooLarge,

    /// <summary>A policy of the mirror does not let the caller.</summary>
    Denied,

    /// <summary>The mirror has no endpoint that stands.</summary>
    NoEndpoint,
}
