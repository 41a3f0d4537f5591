using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Takes reply events that passed the stages of a publication; they are stored in one step with the settlement of what they answer.</summary>
internal sealed class ReplyTerminal : ITerminal
{
    public IReadOnlyList<EventRecord> Events { get; private set; } = [];

    public ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel)
    {
        Events = AppendTerminal.Records(envelope);
        return new(Outcome.Answered(202));
    }
}
