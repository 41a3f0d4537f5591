using FnMesh.Gateway.Authorization;
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
        new ExpireStage(time), // before any rule: what nobody wants any more is asked of none
        new ListenStage(),    // before the match: which routes are asked depends on it, and what is for another listener is told nothing of them
        new MatchStage(),     // on the path as received
        new CorsStage(),      // before authorization: browsers ask without credentials, and what refuses a page says so to it
        new SplitStage(),     // before authorization, which asks for route and app together; once, so that no attempt changes revision
        new AuthorizeStage(new AccessReview(instruments, log)), // on the call as received, which is what people wrote rules for
        new LimitStage(),     // after authorization: who may not come uses up nobody's share
        new FaultStage(),     // after the limits: what goes wrong on purpose counts like any other
        new KeyStage(),       // after the faults, which no key answers again
        new FilterStage(),    // last: what leaves is made of what was permitted
    ];
}
