namespace FnMesh.Control.Nodes;

/// <summary>Tasks that complete once something has come true of a thing that others change. Used under the thing's own lock.</summary>
internal sealed class AwaitedConditions<T>
{
    private readonly List<(Predicate<T> Condition, TaskCompletionSource Met)> _waiting = [];

    /// <param name="thing">What the condition is about.</param>
    /// <param name="condition">Must not block.</param>
    /// <param name="cancel">Gives up.</param>
    public Task WhenAsync(T thing, Predicate<T> condition, CancellationToken cancel)
    {
        if (condition(thing)) return Task.CompletedTask;
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.RemoveAll(static waiting => waiting.Met.Task.IsCompleted);
        _waiting.Add((condition, met));
        var cancelled = cancel.Register(static state => ((TaskCompletionSource)state!).TrySetCanceled(), met);
        _ = met.Task.ContinueWith(_ => cancelled.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return met.Task;
    }

    /// <summary>To be called after every change.</summary>
    public void Look(T thing)
    {
        foreach (var (condition, met) in _waiting)
        {
            if (!met.Task.IsCompleted && condition(thing)) met.TrySetResult();
        }
    }
}
