using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads <c>broker.embedded</c>.</summary>
internal static class RetentionReader
{
    /// <summary>The log deletes in blocks of an hour at most; what is kept for less would be kept for longer than is said.</summary>
    private static readonly TimeSpan ShortestAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(3_650);
    private const long LeastBytes = 64L << 20;
    private const long MostBytes = 64L << 40;

    /// <param name="broker">The block.</param>
    /// <param name="topic">Where events rest in Kafka, which keeps them as its topics say; null where the gateway keeps them.</param>
    public static RetentionFields? Read(FieldReader broker, string? topic)
    {
        if (broker.Map("embedded") is not { } embedded) return null;
        if (topic is not null)
            broker.Error(DiagnosticCodes.BrokerCannot, embedded.Origin, $"events of this mesh rest in Kafka, whose topics say how long they are kept: set retention.ms and retention.bytes of {Quoted.Text(topic)} and {Quoted.Text(topic + ".dead-letters")} there, and remove 'embedded'");
        Written<TimeSpan>? age = null, letters = null;
        Written<long>? bytes = null;
        if (embedded.Map("retention") is { } retention)
        {
            age = retention.Duration("age", ShortestAge, LongestAge);
            bytes = retention.Size("bytes", LeastBytes, MostBytes);
            retention.Close();
        }

        if (embedded.Map("deadLetters") is { } deadLetters)
        {
            letters = deadLetters.Duration("age", ShortestAge, LongestAge);
            deadLetters.Close();
        }

        embedded.Close();
        return new RetentionFields(age, bytes, letters);
    }
}
