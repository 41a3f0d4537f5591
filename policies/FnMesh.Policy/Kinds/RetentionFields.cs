using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a Mesh says of how long the embedded broker keeps what it has; null where it says nothing.</summary>
internal sealed record RetentionFields(Written<TimeSpan>? Age, Written<long>? Bytes, Written<TimeSpan>? DeadLetterAge)
{
    public RetentionEntry? Entry => (Age ?? DeadLetterAge) is null && Bytes is null ? null : new(
        Age?.Value ?? RetentionEntry.Default.Age, Bytes?.Value ?? RetentionEntry.Default.Bytes, DeadLetterAge?.Value ?? RetentionEntry.Default.DeadLetterAge);
}
