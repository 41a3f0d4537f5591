using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Attempts;

/// <summary>How an envelope is sent to one endpoint, once.</summary>
internal interface IAttempt
{
    /// <summary>Whether the request can be sent once more: its body was kept, or is not needed.</summary>
    bool CanRepeat { get; }

    /// <summary>Whether the caller has not sent what is waited for, or had not when time was up.</summary>
    bool WaitsForCaller => false;

    /// <param name="envelope">What is sent.</param>
    /// <param name="endpoint">Where to.</param>
    /// <param name="number">1 for the first.</param>
    /// <param name="trace">What the endpoint is told of the trace.</param>
    /// <param name="hold">Asked once the answer's head is there: true keeps the answer from the caller, because it will be repeated.</param>
    /// <param name="cancel">The attempt's time is up, or the caller is gone.</param>
    ValueTask<AttemptResult> SendAsync(Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel);

}
