using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Metrics;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What a delivery came to, told once it is durable.</summary>
/// <param name="Settlement">What is recorded.</param>
/// <param name="Dropped">When the event was given up and not kept: the letter that it would have been.</param>
/// <param name="Result">What it came from; null when nobody was asked.</param>
internal readonly record struct Settled(Settlement Settlement, DeadLetter? Dropped = null, DeliveryResult? Result = null)
{
    public void Report(SubscriptionInstruments instruments, ILogger log)
    {
        var revision = Result is { Backend: { Revision: { } name } backend } ? instruments.ByRevision.Of(backend.App, name) : null;
        if (Result is { } result) revision?.Duration.Record(result.Duration);
        if (Dropped is { } dropped)
        {
            instruments.Dropped.Add();
            revision?.Dropped.Add();
            DeliveryLog.Dropped(log, dropped.Subscription, dropped.Offset, dropped.Deliveries, dropped.Verdict, dropped.Code, dropped.Reason);
            return;
        }

        switch (Settlement)
        {
            case Settlement.Parked:
                instruments.RetriedLater.Add();
                revision?.RetriedLater.Add();
                break;
            case Settlement.DeadLettered(var letter, _):
                instruments.GivenUp.Add();
                revision?.GivenUp.Add();
                instruments.DeadLetters.Add();
                DeliveryLog.DeadLettered(log, letter.Subscription, letter.Offset, letter.Deliveries, letter.Verdict, letter.Code, letter.Reason);
                break;
            default:
                instruments.Acknowledged.Add();
                revision?.Acknowledged.Add();
                break;
        }
    }
}
