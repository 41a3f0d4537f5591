using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Deliveries.Batching;

/// <summary>Sends an event in a batch with others: each has its own attempts, deadline and outcome.</summary>
internal sealed class BatchAttempt(Gatherings gatherings) : IDeliveryAttempt
{
    public bool CanRepeat => true;

    public DeliveryAnswer Answer { get; private set; } = DeliveryAnswer.None;

    public async ValueTask<AttemptResult> SendAsync(
        Envelope envelope, Endpoint endpoint, int number, TraceContext trace, Func<AnswerHead, bool> hold, CancellationToken cancel)
    {
        Answer = DeliveryAnswer.None with { Trace = trace };
        try
        {
            var answer = await gatherings.SendAsync(envelope, endpoint, trace, cancel);
            var result = answer.Of(envelope.Delivered!.Event);
            if (result.Outcome is { Verdict: Verdict.Answered, Status: { } status } && status is < 200 or >= 300)
            {
                Answer = Answer with { ErrorBytes = answer.ErrorBytes };
                if (endpoint.Webhook?.Consent.PerMinute is null) hold(new(status, result.Outcome.RetryAfter));
            }

            return result;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new(new(Verdict.Cancelled, "the delivery was stopped"), endpoint, Unsent: false, Final: false);
        }
    }
}
