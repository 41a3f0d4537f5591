namespace FnMesh.Gateway.Pipeline;

/// <summary>How the way of an envelope ended. <see cref="VerdictStatus"/> is the only code that knows the HTTP status of each.</summary>
internal enum Verdict : byte
{
    /// <summary>No decision yet: the next stage goes on.</summary>
    Continue,

    /// <summary>A function answered, whatever its status; or the broker took the events.</summary>
    Answered,

    Malformed,
    TooLarge,
    Unsupported,
    Unauthenticated,
    Denied,
    NoRoute,
    Conflict,
    RateLimited,
    BreakerOpen,
    Overloaded,
    NoEndpoint,
    NotReady,
    Unreachable,
    Timeout,
    Expired,
    InvalidBackend,
    Bug,
    Injected,

    /// <summary>The caller went away; nobody is there to be answered.</summary>
    Cancelled,

    /// <summary>The gateway ended what was still in flight when its time to stop was up; the connection is closed without an answer.</summary>
    Stopped,

    /// <summary>The connection was made for another listener than the request is for.</summary>
    Misdirected,

    /// <summary>The caller took too little of its answer, and was cut off.</summary>
    Stalled,
}
