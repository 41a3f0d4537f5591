using FnMesh.Shim.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Shim.Tests.Processes;

public sealed class LineQueueTests
{
    [Fact]
    public async Task A_slow_reader_loses_lines_and_is_told_how_many()
    {
        var gate = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var shown = new List<ProcessLine>();
        var queue = new LineQueue(
            line =>
            {
                if (shown.Count == 0)
                {
                    held.SetResult();
                    ((IAsyncResult)gate.Task).AsyncWaitHandle.WaitOne();
                }

                shown.Add(line);
            },
            NullLogger.Instance);
        queue.Add(new ProcessLine("a", "r", false, "first"));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        for (var index = 0; index < LineQueue.Capacity + 3; index++)
        {
            queue.Add(new ProcessLine("a", "r", false, "more"));
        }

        gate.SetResult();
        await queue.CompleteAsync();

        Assert.Equal(1 + 1 + LineQueue.Capacity, shown.Count);
        Assert.StartsWith("lines left out: 3", shown[1].Text);
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_end_the_output()
    {
        var shown = new List<string>();
        var queue = new LineQueue(line => shown.Add(line.Text == "bad" ? throw new InvalidOperationException() : line.Text), NullLogger.Instance);
        queue.Add(new ProcessLine("a", "r", false, "bad"));
        queue.Add(new ProcessLine("a", "r", false, "good"));

        await queue.CompleteAsync();

        Assert.Equal(["good"], shown);
    }
}
