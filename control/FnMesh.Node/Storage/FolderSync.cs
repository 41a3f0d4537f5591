using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FnMesh.Node.Storage;

/// <summary>Writes a folder's list of names to disk, for which .NET has no call: without it a rename may be lost when the power goes, though the file's content is there.</summary>
internal static partial class FolderSync
{
    private const int NoAccess = 13;

    /// <summary>Completes when it is on disk. Windows keeps names in a journal and needs no word.</summary>
    /// <exception cref="IOException">It cannot be opened or written.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = Open(folder, flags: CloseOnExec);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }

        // A folder in which one may write and not read cannot be opened by anybody who writes there.
        if (Marshal.GetLastPInvokeError() is var error && error != NoAccess) throw new IOException($"the folder '{folder}' cannot be written to disk: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
