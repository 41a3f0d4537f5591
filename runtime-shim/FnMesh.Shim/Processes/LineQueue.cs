using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace FnMesh.Shim.Processes;

/// <summary>Carries lines from the processes to whoever shows them, without ever holding a process up: what does not fit is counted and left out.</summary>
internal sealed partial class LineQueue
{
    public const int Capacity = 4096;

    private readonly Channel<ProcessLine> _lines = Channel.CreateBounded<ProcessLine>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Action<ProcessLine> _show;
    private readonly ILogger _log;
    private readonly Task _shown;
    private long _leftOut;

    public LineQueue(Action<ProcessLine> show, ILogger log)
    {
        _show = show;
        _log = log;
        _shown = ShowAsync();
    }

    public void Add(ProcessLine line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _leftOut);
        }
    }

    /// <summary>Completes when every line that was added has been shown.</summary>
    public Task CompleteAsync()
    {
        _lines.Writer.TryComplete();
        return _shown;
    }

    private async Task ShowAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            Show(line);
            if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and var count)
            {
                Show(new ProcessLine("fnmesh", "output", true, $"lines left out: {count}; they came faster than they could be shown"));
            }
        }
    }

    private void Show(ProcessLine line)
    {
        try
        {
            _show(line);
        }
        catch (Exception error)
        {
            LogShowFailed(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a line of output could not be shown")]
    private partial void LogShowFailed(Exception error);
}
