using System.Runtime.InteropServices;

namespace FnMesh.Shim.Projects;

/// <summary>Finds the <c>dotnet</c> program of an installation that has an SDK: that of DOTNET_ROOT, the one that runs us, the first on PATH.</summary>
public static class DotnetHost
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <returns>An absolute path with symbolic links resolved, or null.</returns>
    public static string? Find() => Candidates().Select(Resolve).FirstOrDefault(path => path is not null && HasSdk(path));

    /// <summary>The names of the SDKs beside a host, which together with global.json decide which of them builds.</summary>
    public static IEnumerable<string> Sdks(string host) =>
        Directory.EnumerateDirectories(SdkFolder(host)).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            yield return Path.Combine(root, FileName);
        }

        if (Environment.ProcessPath is { } self && Path.GetFileName(self) == FileName)
        {
            yield return self;
        }

        // …/shared/Microsoft.NETCore.App/10.0.0/ lies three folders below the host.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", FileName));

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return Path.Combine(folder, FileName);
        }
    }

    private static string? Resolve(string path) =>
        File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : null;

    private static bool HasSdk(string host) => Directory.Exists(SdkFolder(host)) && Directory.EnumerateDirectories(SdkFolder(host)).Any();

    private static string SdkFolder(string host) => Path.Combine(Path.GetDirectoryName(host)!, "sdk");
}
