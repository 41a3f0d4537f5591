using System.Globalization;

using FnMesh.Cli.Up;
using FnMesh.Node.Members;

namespace FnMesh.Cli.Doctor;

/// <summary>The data directory: whether it can be written, is private and has room; and what a killed <c>up</c> left.</summary>
internal static class DataCheck
{
    private const long LeastBytes = 100L << 20;

    /// <summary>Less is soon full: the event log grows until it is reset.</summary>
    private const long FewBytes = 1L << 30;

    public static IEnumerable<Finding> Look(Patient patient) => [Writable(patient), .. Private(patient), Left(patient), Room(patient)];

    private static Finding Writable(Patient patient)
    {
        var folder = Directory.Exists(patient.Data) ? patient.Data : patient.Folder;
        var probe = Path.Combine(folder, $".fnmesh-doctor.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Ok("data", folder == patient.Data ? $"{folder} can be written" : $"{patient.Data} will be made");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("data", $"{folder} cannot be written: {failure.Message}", "give yourself the right to, or start 'fnmesh up' with --data-dir");
        }
    }

    private static IEnumerable<Finding> Private(Patient patient)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(patient.Data)) yield break;
        var open = OpenSecrets.Find(patient.Data).ToArray();
        yield return open.Length == 0
            ? Finding.Ok("private", "keys and tokens can be read by nobody else")
            : Finding.Fail("private", $"{open[0]}{(open.Length > 1 ? $" and {open.Length - 1} more" : "")} can be read or changed by others", $"chmod -R go= '{patient.Data}'; {OpenSecrets.Mend(patient.Data)}");
    }

    private static Finding Left(Patient patient)
    {
        if (patient.Up is not { } up) return Finding.Ok("up", patient.Pid is { } starting ? $"one is starting here (pid {starting})" : "none runs here");
        return patient.Pid is { } pid
            ? Finding.Ok("up", $"runs as pid {pid} since {up.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}")
            : Finding.Warn("up", $"{patient.UpPath} tells of an 'up' (pid {up.Pid}) that has ended without removing it; commands here ask where nobody listens", $"start 'fnmesh up' again, or delete {UpFile.PathIn(Path.GetDirectoryName(Path.GetDirectoryName(patient.UpPath!))!)}");
    }

    private static Finding Room(Patient patient)
    {
        var free = new DriveInfo(Path.GetFullPath(Directory.Exists(patient.Data) ? patient.Data : patient.Folder)).AvailableFreeSpace;
        var text = $"{(free / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture)} GiB are free";
        const string Mend = "make room, or start 'fnmesh up' with --data-dir on another disk";
        return free < LeastBytes ? Finding.Fail("disk", $"{text}; events cannot be kept", Mend)
            : free < FewBytes ? Finding.Warn("disk", $"{text}; the event log grows with every event, until 'fnmesh up --reset' empties it", Mend)
            : Finding.Ok("disk", text);
    }
}
