using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Broker;

/// <summary>Stores what is published. It answers once the events are durable, and not before.</summary>
internal sealed class AppendTerminal(IBroker broker) : ITerminal
{
    private static readonly TimeSpan WhenFull = TimeSpan.FromSeconds(1);

    public async ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel)
    {
        if (envelope.Published.Count == 0) return Outcome.Answered(202);
        try
        {
            return await broker.AppendAsync(Records(envelope), cancel) is null
                ? new(Verdict.Overloaded, "the broker has too much waiting to be written; publish again later", null, WhenFull)
                : Outcome.Answered(202);
        }
        catch (BrokerException failed)
        {
            return new(Verdict.Overloaded, $"the broker could not store it: {failed.Message}", null, WhenFull);
        }
    }

    /// <summary>The events with what the gateway knows of their publisher.</summary>
    public static EventRecord[] Records(Envelope envelope)
    {
        var (parent, state) = (TraceHeaders.Format(envelope.Context), TraceState.Format(envelope.Context));
        return [.. envelope.Published.Select(published => published.ToRecord(envelope.Principal, parent, state))];
    }
}
