namespace FnMesh.Cli.Up;

/// <summary>Says what holds a start back once it is slow, and again now and then.</summary>
/// <param name="time">The clock.</param>
/// <param name="say">Takes each line.</param>
internal sealed class ReadyWatch(TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    /// <summary>What a start brings, while lines tell what it waits for.</summary>
    /// <param name="start">What is waited for.</param>
    /// <param name="beside">What runs on meanwhile; when it fails first the start has failed with it.</param>
    /// <param name="waitsFor">What is missing now.</param>
    public async Task<T> WatchAsync<T>(Task<T> start, Task beside, Func<IReadOnlyList<string>> waitsFor)
    {
        var settled = FirstAsync(start, beside);
        using var over = new CancellationTokenSource();
        var began = time.GetTimestamp();
        var silence = Task.Delay(First, time, over.Token);
        while (await Task.WhenAny(settled, silence) != settled)
        {
            silence = Task.Delay(Again, time, over.Token);
            if (waitsFor() is { Count: > 0 } held)
                say($"fnmesh: not ready after {time.GetElapsedTime(began).TotalSeconds:0} s: waiting for {string.Join(", ", held)}");
        }

        await over.CancelAsync();
        return await settled;
    }

    private static async Task<T> FirstAsync<T>(Task<T> start, Task beside)
    {
        if (await Task.WhenAny(start, beside) == beside && !beside.IsCompletedSuccessfully) await beside;
        return await start;
    }
}
