using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FnMesh.Gateway.TakeOver;

/// <summary>Hands sockets to another process over a Unix socket (SCM_RIGHTS of unix(7)), for which .NET has nothing.</summary>
internal static partial class SocketRights
{
    /// <summary>Sockets of one message: Linux takes 253.</summary>
    public const int MaxSockets = 253;

    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int NoSignal = 0x4000;
    private const int CloseOnExec = 0x4000_0000;
    private const int ControlTruncated = 0x8;
    private const int ControlHeader = 16;

    /// <summary>Where the structures below have the layout of the system: on Linux, 64 bits, little-endian, with glibc and with musl.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess && BitConverter.IsLittleEndian;

    /// <summary>Sends bytes and, with the first of them, the sockets; they stay this process's too.</summary>
    /// <exception cref="IOException">Not all was taken at once.</exception>
    public static unsafe void Send(Socket link, ReadOnlySpan<byte> bytes, IReadOnlyList<Socket> sockets)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sockets.Count, MaxSockets);
        Span<byte> control = stackalloc byte[ControlHeader + (MaxSockets * sizeof(int))];
        control.Clear();
        var length = ControlHeader + (sockets.Count * sizeof(int));
        BinaryPrimitives.WriteInt64LittleEndian(control, length);
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], SocketLevel);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], Rights);
        for (var i = 0; i < sockets.Count; i++) BinaryPrimitives.WriteInt32LittleEndian(control[(ControlHeader + (i * sizeof(int)))..], (int)sockets[i].Handle);
        fixed (byte* data = bytes, rights = control)
        {
            var vector = new Vector { Start = (nint)data, Length = bytes.Length };
            var header = new Header { Vectors = (nint)(&vector), VectorCount = 1, Control = (nint)rights, ControlLength = (length + 7) & ~7 };
            if (SendMessage(link.SafeHandle, &header, NoSignal) != bytes.Length) throw new IOException($"sockets could not be handed over: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Takes what one <see cref="Send"/> sent; there must be something to read.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    /// <exception cref="IOException">It cannot be taken.</exception>
    public static unsafe int Receive(Socket link, Span<byte> bytes, List<Socket> sockets)
    {
        Span<byte> control = stackalloc byte[ControlHeader + (MaxSockets * sizeof(int))];
        control.Clear();
        nint read;
        int flags;
        fixed (byte* data = bytes, rights = control)
        {
            var vector = new Vector { Start = (nint)data, Length = bytes.Length };
            var header = new Header { Vectors = (nint)(&vector), VectorCount = 1, Control = (nint)rights, ControlLength = control.Length };
            read = ReceiveMessage(link.SafeHandle, &header, CloseOnExec);
            if (read < 0) throw new IOException($"sockets could not be taken: {Marshal.GetLastPInvokeErrorMessage()}");
            flags = header.Flags;
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(control);
        var isRights = BinaryPrimitives.ReadInt32LittleEndian(control[8..]) == SocketLevel && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == Rights;
        for (var at = ControlHeader; isRights && at < length; at += sizeof(int)) sockets.Add(new Socket(new SafeSocketHandle(BinaryPrimitives.ReadInt32LittleEndian(control[at..]), ownsHandle: true)));
        return (flags & ControlTruncated) == 0 ? (int)read : throw new IOException("more sockets were handed over than are taken; start a gateway of the same version");
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessage(SafeSocketHandle socket, Header* header, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(SafeSocketHandle socket, Header* header, int flags);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vector
    {
        public nint Start;
        public nint Length;
    }

    /// <summary><c>struct msghdr</c>; what musl holds in 32 bits with a gap is the same, for the gap is zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public nint Name;
        public int NameLength;
        public nint Vectors;
        public nint VectorCount;
        public nint Control;
        public nint ControlLength;
        public int Flags;
    }
}
