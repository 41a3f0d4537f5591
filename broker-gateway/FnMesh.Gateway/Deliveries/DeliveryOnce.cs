using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Pipeline;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>Delivers an event once and says what is to be recorded. A bug on the way is a failure of the delivery, never an acknowledgement.</summary>
internal sealed class DeliveryOnce(
    string name, ILane lane, Deliver deliver, Func<SubscriptionRules> rules, ILogger logger, TimeProvider time, CancellationToken abort)
{
    /// <summary>Why the log could not be read; null as long as it can.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Delivers once. Null when nobody was there to take it, or the gateway stopped before the end was known.</summary>
    public async ValueTask<Settled?> RunAsync(PendingDelivery delivery)
    {
        var current = rules();
        var stored = delivery.Stored;
        try
        {
            stored ??= await ReadAgainAsync(delivery.Offset);
            if (stored is null) return new Settled(new Settlement.Done(delivery.Offset, 0, []));
            if (delivery.Rules != current && !current.Matches(stored.Event)) return new Settled(new Settlement.Done(delivery.Offset, 0, []));
            var result = await deliver(name, stored, (delivery.Parked?.Deliveries ?? 0) + 1, delivery.Revision, abort);
            return result is null ? null : SettlementTable.Of(name, current, stored, delivery, result, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (stored is null || e is BrokerException)
        {
            Fault = e;
            return null;
        }
#pragma warning disable CA1031 // A bug on the way must neither lose the event nor end the subscription.
        catch (Exception e)
#pragma warning restore CA1031
        {
            DeliveryLog.Threw(logger, name, delivery.Offset, e);
            var result = new DeliveryResult(new Outcome(Verdict.Bug, $"delivering failed unexpectedly: {e.Message}"), current.Entry.Sink.Uri, [], [], default);
            return SettlementTable.Of(name, current, stored!, delivery, result, time.GetUtcNow());
        }
    }

    private async ValueTask<StoredEvent?> ReadAgainAsync(long offset)
    {
        var events = await lane.ReadAsync(offset, 1, 1, abort);
        if (events.Count > 0 && events[0].Offset == offset) return events[0];
        DeliveryLog.Gone(logger, name, offset);
        return null;
    }
}
