namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>Events that stand next to one another, what they weigh (<see cref="EventSize"/>) and when they were received: what retention deletes, and what a search passes over.</summary>
/// <param name="First">The first offset.</param>
/// <param name="Next">The offset after the last.</param>
/// <param name="Bytes">Their weight.</param>
/// <param name="Earliest">UTC ticks. The clock may be set back, so the first need not be the earliest.</param>
/// <param name="Latest">UTC ticks.</param>
internal readonly record struct LogBlock(long First, long Next, long Bytes, long Earliest, long Latest)
{
    public LogBlock With(long received, long size) => new(First, Next + 1, Bytes + size, Math.Min(Earliest, received), Math.Max(Latest, received));
}
