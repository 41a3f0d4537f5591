using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Pipeline;

/// <summary>Runs the stages in order, then the terminal, then leaves the stages in reverse.</summary>
internal sealed partial class MeshPipeline(IStage[] stages, ILogger<MeshPipeline> log)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome> RunAsync(Envelope envelope, ITerminal terminal, CancellationToken cancel)
    {
        var (entered, outcome) = Enter(envelope);
        if (outcome.Verdict == Verdict.Continue)
        {
            try
            {
                outcome = await terminal.RunAsync(envelope, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                outcome = CutShort.Of(envelope);
            }
            catch (Exception bug)
            {
                outcome = Fail(bug);
            }
        }

        while (entered > 0) stages[--entered].Leave(envelope, outcome);
        return outcome;
    }

    private (int Entered, Outcome Outcome) Enter(Envelope envelope)
    {
        for (var i = 0; i < stages.Length; i++)
        {
            try
            {
                if (stages[i].Enter(envelope) != Verdict.Continue) return (i + 1, envelope.Refusal);
            }
            catch (Exception bug)
            {
                return (i, Fail(bug));
            }
        }

        return (stages.Length, default);
    }

    private Outcome Fail(Exception bug)
    {
        LogBug(bug);
        return new(Verdict.Bug, "the gateway failed; its log has the details under this trace");
    }

    [LoggerMessage(LogLevel.Error, "A stage or a terminal failed")]
    private partial void LogBug(Exception bug);
}
