using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Bench.Stages;

/// <summary>A terminal and an endpoint that answer without waiting.</summary>
internal sealed class AtOnce : ITerminal, IAttempt
{
    private static readonly AtOnce Only = new();

    private readonly AttemptResult _result = new(Outcome.Answered(200), null, Unsent: false, Final: true);

    public static ITerminal Terminal => Only;

    public static IAttempt Attempt => Only;

    public bool CanRepeat => true;

    public ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel) => new(Outcome.Answered(200));

    public ValueTask<AttemptResult> SendAsync(Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel) => new(_result);
}
