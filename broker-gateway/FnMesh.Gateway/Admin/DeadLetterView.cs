using System.Text.Json;
using System.Text.Json.Serialization;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Deliveries;

namespace FnMesh.Gateway.Admin;

/// <summary>A dead letter as the admin API shows it; attempts, data and error attributes only where one is asked for.</summary>
internal sealed record DeadLetterView
{
    public required long Id { get; init; }

    public required string Subscription { get; init; }

    public required long Offset { get; init; }

    public required string Time { get; init; }

    public required int Code { get; init; }

    public required string Verdict { get; init; }

    public required string Reason { get; init; }

    public required int Deliveries { get; init; }

    public required string Destination { get; init; }

    public required EventView Event { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeadLetterAttempt>? Attempts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ErrorData { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Data { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataBase64 { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <param name="letter">The letter.</param>
    /// <param name="whole">Whether attempts, data and error attributes are shown.</param>
    public static DeadLetterView Of(DeadLetter letter, bool whole)
    {
        var attributes = whole ? ErrorAttributes.Of(letter) : [];
        var data = whole ? EventPayload.Of(letter.Event) : default;
        return new DeadLetterView
        {
            Id = letter.Id,
            Subscription = letter.Subscription,
            Offset = letter.Offset,
            Time = EventTime.Of(letter.Time),
            Code = letter.Code,
            Verdict = letter.Verdict.ToString(),
            Reason = letter.Reason,
            Deliveries = letter.Deliveries,
            Destination = letter.Destination,
            Event = EventView.Of(new StoredEvent(letter.Offset, letter.Received, letter.Event) { Lane = letter.Lane }, withData: false),
            Attempts = whole ? [.. letter.Attempts.Select(DeadLetterAttempt.Of)] : null,
            ErrorData = whole && !letter.ErrorData.IsEmpty ? EventPayload.TextOf(letter.ErrorData.Span) ?? Convert.ToBase64String(letter.ErrorData.Span) : null,
            Data = data.Value,
            DataBase64 = data.Base64,
            Attributes = whole ? EventView.AttributesOf(attributes) : null,
        };
    }
}
