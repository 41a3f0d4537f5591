using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Deliveries;

/// <summary>What a reply event says of the event that it answers (CloudEvents extension <c>correlation</c>).</summary>
internal static class ReplyCausation
{
    private const string Correlation = "correlationid", Causation = "causationid";

    /// <summary>
    /// The replies with <c>causationid</c>, the id of the event that was delivered, and <c>correlationid</c>, that event's own or else its id: it begins the flow.
    /// What a function set itself stands.
    /// </summary>
    public static IReadOnlyList<ParsedEvent> Of(IReadOnlyList<ParsedEvent> replies, EventRecord cause)
    {
        var correlation = cause[Correlation] ?? cause.Id;
        return [.. replies.Select(reply => With(With(reply, Correlation, correlation), Causation, cause.Id))];
    }

    private static ParsedEvent With(ParsedEvent reply, string name, string value) =>
        reply[name] is not null ? reply : new ParsedEvent([.. reply.Attributes, new(name, value)], reply.Data, reply.Size + name.Length + value.Length);
}
