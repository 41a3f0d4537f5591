using System.Text;

namespace FnMesh.Cli.Up;

/// <summary>Lines in a file that stays small: when it is full it becomes <c>NAME.1</c>, in place of the one before. A disk that takes no more is no reason to end.</summary>
internal sealed class BoundedLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private StreamWriter? _file;
    private long _length;

    /// <param name="path">The file; what it holds is kept.</param>
    /// <param name="maxBytes">How much it holds; with the one before twice as much lies on the disk.</param>
    public BoundedLog(string path, long maxBytes) => (_path, _maxBytes) = (path, maxBytes);

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            try
            {
                Open();
                if (_length > 0 && _length + line.Length + 1 > _maxBytes) Turn();
                _file!.WriteLine(line.Length > _maxBytes ? line[..(int)_maxBytes] : line);
                _file.Flush();
                _length = _file.BaseStream.Length;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _file?.Dispose();
                _file = null;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate) _file?.Dispose();
    }

    private void Open()
    {
        if (_file is not null) return;
        var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        _file = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        _length = stream.Length;
    }

    private void Turn()
    {
        _file!.Dispose();
        _file = null;
        File.Move(_path, $"{_path}.1", overwrite: true);
        Open();
    }
}
