using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FnMesh.Gateway.Tests.PowerCuts;

/// <summary>A VFS of SQLite that hands everything on to the default one and tells a <see cref="PowerCutDisk"/> what is written, synced and deleted (sqlite3_vfs and sqlite3_io_methods, version 2: no memory-mapped reading).</summary>
internal static unsafe partial class PowerCutVfs
{
    public const string Name = "powercut";

    private const string Library = "e_sqlite3";
    private const int Ok = 0, InputOutputError = 10;
    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<string, PowerCutDisk> Disks = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<nint, (PowerCutDisk Disk, string Path)> Files = new();
    private static long _next;
    private static Vfs* _default;
    private static IoMethods* _methods;

    /// <summary>From now on files of a folder lie on this disk.</summary>
    public static void Mount(string folder, PowerCutDisk disk)
    {
        Register();
        Disks[folder] = disk;
    }

    public static void Unmount(string folder) => Disks.TryRemove(folder, out _);

    private static void Register()
    {
        lock (Gate)
        {
            if (_default != null) return;
            SQLitePCL.Batteries_V2.Init();
            var found = (Vfs*)Find(0);
            var methods = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
            *methods = new IoMethods
            {
                Version = 2,
                Close = &Close,
                Read = &Read,
                Write = &Write,
                Truncate = &Truncate,
                Sync = &Sync,
                FileSize = &FileSize,
                Lock = &LockFile,
                Unlock = &Unlock,
                CheckReservedLock = &CheckReservedLock,
                FileControl = &FileControl,
                SectorSize = &SectorSize,
                DeviceCharacteristics = &DeviceCharacteristics,
                ShmMap = &ShmMap,
                ShmLock = &ShmLock,
                ShmBarrier = &ShmBarrier,
                ShmUnmap = &ShmUnmap,
            };
            var own = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
            *own = *found;
            own->FileBytes = sizeof(OwnFile) + found->FileBytes;
            own->NextVfs = 0;
            own->NameText = Marshal.StringToCoTaskMemUTF8(Name);
            own->Open = &Open;
            own->Delete = &Delete;
            _methods = methods;
            _default = found;
            if (Add((nint)own, 0) != Ok) throw new InvalidOperationException("SQLite does not take the VFS.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OwnFile* file, int flags, int* outFlags)
    {
        try
        {
            file->Methods = null;
            file->Number = 0;
            var code = _default->Open(_default, name, Inner(file), flags, outFlags);
            if (code != Ok) return code;
            if (Marshal.PtrToStringUTF8((nint)name) is { } path && Disks.TryGetValue(Path.GetDirectoryName(path)!, out var disk))
            {
                file->Number = (nint)Interlocked.Increment(ref _next);
                Files[file->Number] = (disk, path);
                disk.Open(path);
            }

            file->Methods = _methods;
            return Ok;
        }
#pragma warning disable CA1031 // An exception cannot pass through SQLite.
        catch (Exception)
#pragma warning restore CA1031
        {
            return InputOutputError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        var code = _default->Delete(_default, name, syncFolder);
        if (code == Ok && Marshal.PtrToStringUTF8((nint)name) is { } path && Disks.TryGetValue(Path.GetDirectoryName(path)!, out var disk)) disk.Delete(path, syncFolder != 0);
        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OwnFile* file)
    {
        if (file->Number != 0) Files.TryRemove(file->Number, out _);
        return Real(file)->Close(Inner(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OwnFile* file, void* into, int count, long offset) => Real(file)->Read(Inner(file), into, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OwnFile* file, void* from, int count, long offset)
    {
        if (Files.TryGetValue(file->Number, out var own)) own.Disk.Write(own.Path, offset, new ReadOnlySpan<byte>(from, count));
        return Real(file)->Write(Inner(file), from, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OwnFile* file, long size)
    {
        if (Files.TryGetValue(file->Number, out var own)) own.Disk.Truncate(own.Path, size);
        return Real(file)->Truncate(Inner(file), size);
    }

    /// <summary>The file below is not synced: what counts is what the disk was told.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OwnFile* file, int flags)
    {
        if (!Files.TryGetValue(file->Number, out var own)) return Real(file)->Sync(Inner(file), flags);
        own.Disk.Sync(own.Path);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(OwnFile* file, long* size) => Real(file)->FileSize(Inner(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockFile(OwnFile* file, int level) => Real(file)->Lock(Inner(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(OwnFile* file, int level) => Real(file)->Unlock(Inner(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(OwnFile* file, int* held) => Real(file)->CheckReservedLock(Inner(file), held);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(OwnFile* file, int operation, void* argument) => Real(file)->FileControl(Inner(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(OwnFile* file) => Real(file)->SectorSize(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(OwnFile* file) => Real(file)->DeviceCharacteristics(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(OwnFile* file, int page, int size, int extend, void** mapped) => Real(file)->ShmMap(Inner(file), page, size, extend, mapped);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(OwnFile* file, int offset, int count, int flags) => Real(file)->ShmLock(Inner(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(OwnFile* file) => Real(file)->ShmBarrier(Inner(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(OwnFile* file, int delete) => Real(file)->ShmUnmap(Inner(file), delete);

    private static OwnFile* Inner(OwnFile* file) => file + 1;

    private static IoMethods* Real(OwnFile* file) => Inner(file)->Methods;

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial nint Find(nint name);

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    private static partial int Add(nint vfs, int makeDefault);

    [StructLayout(LayoutKind.Sequential)]
    private struct OwnFile
    {
        public IoMethods* Methods;
        public nint Number;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int PathBytes;
        public nint NextVfs;
        public nint NameText;
        public nint Own;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OwnFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;

        /// <summary>From xAccess to xNextSystemCall: as the default one has them.</summary>
        public fixed ulong Rest[14];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OwnFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OwnFile*, void*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OwnFile*, void*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OwnFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OwnFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<OwnFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<OwnFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<OwnFile*, int> DeviceCharacteristics;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<OwnFile*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<OwnFile*, int, int> ShmUnmap;
    }
}
