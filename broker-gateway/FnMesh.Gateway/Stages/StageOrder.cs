using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Stages;

/// <summary>The way of every call and every event. The order is the design; each line says why it stands where it does.</summary>
internal static class StageOrder
{
    public static IStage[] Create(Spans spans, Instruments instruments, Randomness randomness, ILogger log, TimeProvider time) =>
    [
        new ObserveStage(spans, instruments, randomness, log, time), // outermost: whatever is decided below is seen, refusals too
        new IdentifyStage(),  // before anything is refused: a refusal names who sent it
        new AdmitStage(),     // before any rule: what is malformed is asked of none
        new MatchStage(),     // on the path as received
        new SplitStage(),     // before authorization, which asks for route and app together; once, so that no attempt changes revision
        new AuthorizeStage(), // last: it has seen everything that an attempt will use
    ];
}
