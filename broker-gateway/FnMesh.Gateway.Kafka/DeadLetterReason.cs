using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Events;
using FnMesh.Gateway.Pipeline;

namespace FnMesh.Gateway.Kafka;

/// <summary>Why an event was given up, as a header of its record in the dead-letter topic says it.</summary>
internal sealed record DeadLetterReason(
    string Subscription, int? Lane, long Offset, DateTimeOffset Time, DateTimeOffset Received, string Destination, int Code, Verdict Verdict, string Reason, byte[] ErrorData,
    int Deliveries, IReadOnlyList<AttemptRecord> Attempts)
{
    public static DeadLetterReason Of(DeadLetter letter) => new(
        letter.Subscription, letter.Lane, letter.Offset, letter.Time, letter.Received, letter.Destination, letter.Code, letter.Verdict, letter.Reason, letter.ErrorData.ToArray(),
        letter.Deliveries, letter.Attempts);

    public DeadLetter With(long id, EventRecord record) => new()
    {
        Id = id,
        Subscription = Subscription,
        Lane = Lane,
        Offset = Offset,
        Time = Time,
        Received = Received,
        Destination = Destination,
        Code = Code,
        Verdict = Verdict,
        Reason = Reason,
        ErrorData = ErrorData,
        Deliveries = Deliveries,
        Attempts = Attempts,
        Event = record,
    };
}
