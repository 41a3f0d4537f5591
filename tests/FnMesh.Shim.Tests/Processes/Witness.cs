using System.Diagnostics;

namespace FnMesh.Shim.Tests.Processes;

/// <summary>
/// A named pipe that processes under test hold open for writing: its end says, without any polling, that the last of them is gone.
/// A process takes hold with <c>exec 9&gt;PIPE; echo up &gt;&amp;9</c>.
/// </summary>
internal sealed class Witness : IDisposable
{
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Witness(string pipe)
    {
        Pipe = pipe;

        // Opening and reading a named pipe blocks, so they have a thread of their own.
        Gone = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    public string Pipe { get; }

    /// <summary>Completes when the first holder wrote a line.</summary>
    public Task Up => _up.Task;

    /// <summary>Completes when no process holds the pipe any more.</summary>
    public Task Gone { get; }

    public static async Task<Witness> CreateAsync(TempFolder folder, string name)
    {
        using var make = Process.Start("mkfifo", folder[name]);
        await make.WaitForExitAsync();
        Assert.Equal(0, make.ExitCode);
        return new Witness(folder[name]);
    }

    public void Dispose()
    {
        // A writer that comes and goes lets a reader that still waits for one end.
        File.Open(Pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
    }

    private void Read()
    {
        using var stream = new FileStream(Pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var buffer = new byte[64];
        while (stream.Read(buffer) > 0)
        {
            _up.TrySetResult();
        }
    }
}
