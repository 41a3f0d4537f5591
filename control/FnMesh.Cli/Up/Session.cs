using System.Runtime.InteropServices;

namespace FnMesh.Cli.Up;

/// <summary>The session of this process.</summary>
internal static partial class Session
{
    /// <summary>Leaves the terminal: neither Ctrl+C in it nor its end reaches this process any more. Windows has no such bond.</summary>
    public static void Leave()
    {
        if (!OperatingSystem.IsWindows()) _ = CreateSession();
    }

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int CreateSession();
}
