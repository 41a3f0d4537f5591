namespace FnMesh.Gateway.Balancing;

/// <summary>
/// What an endpoint's answers take: rises to each peak at once, and falls towards what came since with a time constant of 4 s, towards nothing while it is idle, so that who was slow is tried again.
/// Estimate and time stand in one word: reading and noting are free of locks.
/// </summary>
internal sealed class PeakEwma(TimeProvider time)
{
    /// <summary>Who was ten times slower is tried again after ln 10 of these, 9 s.</summary>
    private const double DecayMilliseconds = 4000;

    /// <summary>Until as many answers it counts as new: the first calls of a process are no measure of what follows.</summary>
    private const int Warmup = 5;

    private readonly double _perMillisecond = time.TimestampFrequency / 1000.0;
    private readonly long _born = time.GetTimestamp();
    private long _word;
    private int _answers;

    /// <summary>In milliseconds; null while it is new.</summary>
    public double? Read()
    {
        if (Volatile.Read(ref _answers) < Warmup) return null;
        var (estimate, at) = Unpack(Volatile.Read(ref _word));
        return estimate * Left(at, Now());
    }

    /// <summary>Notes how long an answer took.</summary>
    /// <param name="took">From the request to the answer's head.</param>
    /// <param name="failed">It failed: quick failures must not make it cheap, slow ones make it dear.</param>
    public void Note(TimeSpan took, bool failed)
    {
        var sample = (float)Math.Max(took.TotalMilliseconds, 0.001);
        var isNew = Volatile.Read(ref _answers) < Warmup;
        if (failed && isNew) return;
        while (true)
        {
            var before = Volatile.Read(ref _word);
            var (estimate, at) = Unpack(before);
            var now = Now();
            float next;
            if (isNew)
            {
                // The least of the first ones: how long it takes once it is warm.
                next = before == 0 || sample < estimate ? sample : estimate;
            }
            else if (sample >= estimate * Left(at, now))
            {
                next = sample;
            }
            else if (failed)
            {
                return;
            }
            else
            {
                var left = Left(at, now);
                next = (float)((estimate * left) + (sample * (1 - left)));
            }

            if (Interlocked.CompareExchange(ref _word, Pack(next, now), before) == before) break;
        }

        if (isNew) Interlocked.Increment(ref _answers);
    }

    private static double Left(uint at, uint now)
    {
        // Another thread may have written with a later clock.
        var elapsed = unchecked((int)(now - at));
        return elapsed <= 0 ? 1 : Math.Exp(-elapsed / DecayMilliseconds);
    }

    /// <summary>Milliseconds since it was made; it begins anew after 49 days.</summary>
    private uint Now() => unchecked((uint)(long)((time.GetTimestamp() - _born) / _perMillisecond));

    private static long Pack(float estimate, uint at) => ((long)BitConverter.SingleToUInt32Bits(estimate) << 32) | at;

    private static (float Estimate, uint At) Unpack(long word) => (BitConverter.UInt32BitsToSingle((uint)(word >> 32)), (uint)word);
}
