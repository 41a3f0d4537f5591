using System.Text;

namespace FnMesh.Cli.Up;

/// <summary>Lines of an <c>up</c> in the background: all go to its log, and to whoever started it until that one is content or gone.</summary>
internal sealed class DetachedWriter(TextWriter starter, BoundedLog log) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _line = new();
    private bool _alone;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_gate)
        {
            if (value == '\r') return;
            if (value != '\n')
            {
                _line.Append(value);
                return;
            }

            var line = _line.ToString();
            _line.Clear();
            log.WriteLine(line);
            Tell(line);
        }
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override Task FlushAsync() => Task.CompletedTask;

    private void Tell(string line)
    {
        if (_alone) return;
        try
        {
            starter.WriteLine(line);
            starter.Flush();
            _alone = line.StartsWith(ReadyLine.Start, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            _alone = true;
        }
    }
}
