using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Pipeline;

public sealed class MeshPipelineTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public async Task Stages_are_entered_in_order_and_left_in_reverse()
    {
        var outcome = await RunAsync(new Terminal(() => Outcome.Answered(200)), Verdict.Continue, Verdict.Continue);

        Assert.Equal(Verdict.Answered, outcome.Verdict);
        Assert.Equal(["enter 0", "enter 1", "leave 1 Answered", "leave 0 Answered"], _seen);
    }

    [Fact]
    public async Task A_stage_that_refuses_is_left_too_and_nothing_after_it_is_entered()
    {
        var outcome = await RunAsync(new Terminal(() => throw new InvalidOperationException("not reached")), Verdict.Denied, Verdict.Continue);

        Assert.Equal((Verdict.Denied, "because"), (outcome.Verdict, outcome.Reason));
        Assert.Equal(["enter 0", "leave 0 Denied"], _seen);
    }

    [Fact]
    public async Task A_terminal_that_throws_is_a_Bug_and_every_stage_is_left()
    {
        var outcome = await RunAsync(new Terminal(() => throw new InvalidOperationException("broken")), Verdict.Continue);

        Assert.Equal(Verdict.Bug, outcome.Verdict);
        Assert.Equal(["enter 0", "leave 0 Bug"], _seen);
    }

    private ValueTask<Outcome> RunAsync(ITerminal terminal, params Verdict[] verdicts) => new MeshPipeline(
        [.. verdicts.Select((verdict, i) => new Stage(i, verdict, _seen))], NullLogger<MeshPipeline>.Instance)
        .RunAsync(new Envelope { Kind = EnvelopeKind.Call, Table = RoutingTable.None, Started = 0 }, terminal, TestContext.Current.CancellationToken);

    private sealed class Stage(int number, Verdict verdict, List<string> seen) : IStage
    {
        public Verdict Enter(Envelope envelope)
        {
            seen.Add($"enter {number}");
            return verdict == Verdict.Continue ? verdict : envelope.Refuse(verdict, "because");
        }

        public void Leave(Envelope envelope, in Outcome outcome) => seen.Add($"leave {number} {outcome.Verdict}");
    }

    private sealed class Terminal(Func<Outcome> run) : ITerminal
    {
        public ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel) => new(run());
    }
}
