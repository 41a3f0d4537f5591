namespace FnMesh.Node;

/// <summary>Says what strangers cause in one line each, and a minute's worth of it at most: who is nobody cannot fill a log. Safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
public sealed class BoundedWords(TimeProvider time)
{
    /// <summary>Lines within <see cref="Period"/>; more are counted, and the next line that is said tells how many.</summary>
    public const int MaxLines = 20;

    private const int MaxLength = 500;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();
    private int _said;
    private long _unsaid;

    /// <param name="cause">A sentence; cut where a line would be too long, and at its first line end.</param>
    /// <param name="say">Logs it.</param>
    public void Say(string cause, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(cause);
        ArgumentNullException.ThrowIfNull(say);
        long unsaid;
        lock (_gate)
        {
            if (time.GetElapsedTime(_since) >= Period) (_since, _said) = (time.GetTimestamp(), 0);
            if (_said == MaxLines)
            {
                _unsaid++;
                return;
            }

            _said++;
            (unsaid, _unsaid) = (_unsaid, 0);
        }

        var end = cause.AsSpan().IndexOfAny('\r', '\n');
        var line = cause[..Math.Min(end < 0 ? cause.Length : end, MaxLength)];
        say(unsaid == 0 ? line : $"{line}; {unsaid} more were not told in the minutes before");
    }

    /// <summary>What says no more than it may.</summary>
    public Action<string> Bound(Action<string> say) => cause => Say(cause, say);
}
