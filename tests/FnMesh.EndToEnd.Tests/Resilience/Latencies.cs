namespace FnMesh.EndToEnd.Tests.Resilience;

/// <summary>How long calls took, to the millisecond. Its owner keeps it from being used by two at once.</summary>
internal sealed class Latencies
{
    private readonly int[] _calls = new int[60_001];

    public int Count { get; private set; }

    public TimeSpan Longest { get; private set; }

    public void Add(TimeSpan took)
    {
        Count++;
        if (took > Longest) Longest = took;
        _calls[(int)Math.Clamp(Math.Ceiling(took.TotalMilliseconds), 0, _calls.Length - 1)]++;
    }

    /// <summary>The milliseconds within which a share of the calls ended.</summary>
    public int Within(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        var milliseconds = 0;
        while (milliseconds < _calls.Length - 1 && (left -= _calls[milliseconds]) > 0) milliseconds++;
        return milliseconds;
    }
}
