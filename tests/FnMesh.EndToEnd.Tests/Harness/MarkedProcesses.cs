using System.Diagnostics;
using System.Text;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>
/// All processes that one <c>up</c> started, however deep: they inherit a variable that marks them, and Linux tells the environment of
/// each process. Elsewhere nothing is found, and only what <c>up</c> itself is can be watched.
/// </summary>
internal static class MarkedProcesses
{
    public const string Variable = "FNMESH_TEST_MARK";

    /// <summary>The contract's word: nothing is left after it.</summary>
    public static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<int> Find(string mark)
    {
        if (!OperatingSystem.IsLinux()) return [];
        var wanted = Encoding.UTF8.GetBytes($"{Variable}={mark}\0");
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
                .Where(id => id > 0 && Environment(id).AsSpan().IndexOf(wanted) >= 0),
        ];
    }

    /// <summary>Those of them that run a program of .NET, by its own executable or by its assembly.</summary>
    public static IReadOnlyList<int> FindProgram(string mark, string assembly) =>
        [.. Find(mark).Where(id => Encoding.UTF8.GetString(Read(id, "cmdline")).Split('\0').Take(3).Any(word => Path.GetFileName(word) == assembly + ".dll" || Path.GetFileName(word) == assembly))];

    /// <summary>Completes when none of them runs any more; fails when that takes longer than promised.</summary>
    public static async Task GoneAsync(string mark)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (Find(mark) is { Count: > 0 } left)
        {
            var rest = Promised - time.GetElapsedTime(started);
            try
            {
                if (rest <= TimeSpan.Zero) throw new TimeoutException();
                await Task.WhenAll(left.Select(EndAsync)).WaitAsync(rest, time);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"still running after {Promised.TotalSeconds} s:\n{string.Join('\n', Find(mark).Select(Describe))}");
            }
        }
    }

    public static void Kill(IEnumerable<int> processes)
    {
        foreach (var id in processes)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                continue; // It ended by itself.
            }
        }
    }

    private static async Task EndAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // Gone before it could be waited for.
        }
    }

    private static byte[] Environment(int id) => Read(id, "environ");

    private static string Describe(int id) => $"{id}: {Encoding.UTF8.GetString(Read(id, "cmdline")).Replace('\0', ' ')}";

    private static byte[] Read(int id, string file)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{id}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
