namespace FnMesh.Gateway.Metrics;

/// <summary>One series of a counter, its tags resolved: counting is one interlocked addition.</summary>
internal sealed class BoundCounter(KeyValuePair<string, object?>[] tags)
{
    private long _value;

    public KeyValuePair<string, object?>[] Tags => tags;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}
