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

    public static RetentionFields? Read(FieldReader broker)
    {
        if (broker.Map("embedded") is not { } embedded) return null;
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
