using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace FnMesh.Shim.Processes;

/// <summary>A job object that ends everything in it when its last handle is closed, which the system does for us when we are killed.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsJob : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ExtendedLimits = 9;
    private const uint KillOnJobClose = 0x2000;

    public WindowsJob()
        : base(ownsHandle: true)
    {
    }

    public static unsafe WindowsJob Hold(SafeHandle process)
    {
        var job = CreateJobObject(0, null);
        var limits = new Limits { Flags = KillOnJobClose };
        if (job.IsInvalid || !SetInformationJobObject(job, ExtendedLimits, &limits, sizeof(Limits)) || !AssignProcessToJobObject(job, process))
        {
            var error = Marshal.GetLastPInvokeError();
            job.Dispose();
            throw new Win32Exception(error);
        }

        return job;
    }

    protected override bool ReleaseHandle() => CloseHandle(handle);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial WindowsJob CreateJobObject(nint security, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool SetInformationJobObject(WindowsJob job, int kind, Limits* limits, int size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(WindowsJob job, SafeHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public nuint MinimumWorkingSet;
        public nuint MaximumWorkingSet;
        public uint ActiveProcesses;
        public nuint Affinity;
        public uint Priority;
        public uint Scheduling;
        public ulong ReadOperations;
        public ulong WriteOperations;
        public ulong OtherOperations;
        public ulong ReadBytes;
        public ulong WriteBytes;
        public ulong OtherBytes;
        public nuint ProcessMemory;
        public nuint JobMemory;
        public nuint PeakProcessMemory;
        public nuint PeakJobMemory;
    }
}
