using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace FnMesh.Gateway.TakeOver;

/// <summary>One end of the Unix socket between two gateways of one data directory: lines of text, and blocks of bytes with their length before them.</summary>
internal sealed class TakeOverLink(Socket socket) : IDisposable
{
    /// <summary>What the sockets are handed over with.</summary>
    public const string Sockets = "sockets";

    /// <summary>Asks for the event log, and answers that it is free.</summary>
    public const string Release = "release", Released = "released";

    /// <summary>Says that the successor serves, and answers that the predecessor takes nothing new any more.</summary>
    public const string Serving = "serving", Left = "left";

    /// <summary>Begins a take-over: the version of these words, and the successor's name as a node.</summary>
    public const string TakeOver = "take-over 1";

    /// <summary>Asks to store events that were published to a gateway that has handed over.</summary>
    public const string Append = "append 1";

    /// <summary>Why not.</summary>
    public const string Refused = "refused";

    private const int MaxLine = 4_096;

    private readonly byte[] _buffer = new byte[MaxLine];
    private int _start;
    private int _end;

    /// <summary>Where the gateway of a data directory is found.</summary>
    public static string PathIn(string directory) => Path.Combine(directory, "gateway.sock");

    /// <returns>Null when nobody listens there.</returns>
    public static async Task<TakeOverLink?> OpenAsync(string directory, CancellationToken cancel)
    {
        var path = PathIn(directory);
        if (!File.Exists(path)) return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new TakeOverLink(socket);
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>Null when the other end has ended.</returns>
    /// <exception cref="IOException">The other end went away in the middle, or the line is too long.</exception>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, length);
                _start += length + 1;
                return line;
            }

            if (_start > 0) _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == MaxLine) throw new IOException($"a line of more than {MaxLine} bytes came");
            if (await ReceiveAsync(_buffer.AsMemory(_end), cancel) is var read and > 0) _end += read;
            else return _end == 0 ? null : throw new EndOfStreamException("the other gateway went away");
        }
    }

    /// <summary>Reads a block.</summary>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The other end went away, or the block is too long.</exception>
    public async ValueTask<byte[]> ReadBlockAsync(int most, CancellationToken cancel)
    {
        var head = new byte[sizeof(int)];
        await ReadAsync(head, cancel);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || length > most) throw new IOException($"a block of {length} bytes came where {most} may");
        var block = new byte[length];
        await ReadAsync(block, cancel);
        return block;
    }

    public ValueTask WriteLineAsync(string line, CancellationToken cancel) => WriteAsync(Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"), cancel);

    public async ValueTask WriteBlockAsync(ReadOnlyMemory<byte> block, CancellationToken cancel)
    {
        var head = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(head, block.Length);
        await WriteAsync(head, cancel);
        await WriteAsync(block, cancel);
    }

    /// <summary>Sends a line with sockets.</summary>
    /// <exception cref="IOException">They could not be sent.</exception>
    public void SendSockets(string line, IReadOnlyList<Socket> sockets) => SocketRights.Send(socket, Encoding.UTF8.GetBytes(line + "\n"), sockets);

    /// <summary>Waits for a line with sockets, to whom nothing else may have come before.</summary>
    /// <returns>Null when the other end has ended.</returns>
    public async ValueTask<string?> ReceiveSocketsAsync(List<Socket> sockets, CancellationToken cancel)
    {
        await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
        (_start, _end) = (0, SocketRights.Receive(socket, _buffer, sockets));
        return await ReadLineAsync(cancel);
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask ReadAsync(Memory<byte> all, CancellationToken cancel)
    {
        while (!all.IsEmpty)
        {
            var kept = Math.Min(_end - _start, all.Length);
            if (kept > 0)
            {
                _buffer.AsMemory(_start, kept).CopyTo(all);
                _start += kept;
                all = all[kept..];
            }
            else if (await ReceiveAsync(all, cancel) is var read and > 0) all = all[read..];
            else throw new EndOfStreamException("the other gateway went away");
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, cancel)..];
        }
        catch (SocketException gone)
        {
            throw new IOException($"the other gateway went away: {gone.Message}", gone);
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            return await socket.ReceiveAsync(bytes, cancel);
        }
        catch (SocketException gone)
        {
            throw new IOException($"the other gateway went away: {gone.Message}", gone);
        }
    }
}
