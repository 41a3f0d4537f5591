using System.Collections.Concurrent;

namespace FnMesh.Shim.Processes;

/// <summary>
/// The one thread that starts children. The kernel's parent-death signal fires when the starting *thread* ends, and threads of the pool end;
/// this one lives as long as the program.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> Starts = new(boundedCapacity: 1024);

    static SpawnThread() => new Thread(Run) { IsBackground = true, Name = "fnmesh spawn" }.Start();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(start());
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    private static void Run()
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    }
}
