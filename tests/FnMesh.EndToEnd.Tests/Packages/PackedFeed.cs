using System.IO.Compression;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Packages;

/// <summary>
/// Somebody without a clone: an empty folder, our packages as <c>./pack</c> makes them of what was built, and no other source. What our packages
/// depend on is there since the build, in the folder of the machine's packages, where nothing is added.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    /// <summary>No version that anybody has in the folder of the machine's packages.</summary>
    public const string Version = "0.0.1-tested";

    internal TempFolder Folder { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var built = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        await PassAsync(FnMeshProgram.ShellAsync(FnMeshProgram.Root, $"./pack --no-build --output '{Folder["the feed"]}' -p:PackageVersion={Version} -p:Configuration={char.ToUpperInvariant(built[0])}{built[1..]}", Environment));

        var machine = await PassAsync(FnMeshProgram.SdkAsync(Folder.Path, "nuget", "locals", "global-packages", "--list"));
        Folder.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="feed" value="the feed" /></packageSources>
              <fallbackPackageFolders><clear /><add key="machine" value="{machine.Split(": ", 2)[1].Trim()}" /></fallbackPackageFolders>
            </configuration>
            """);
        await PassAsync(FnMeshProgram.SdkAsync(Folder.Path, "new", "install", Folder[$"the feed/FnMesh.Templates.{Version}.nupkg"], "--debug:custom-hive", Folder["hive"]));
    }

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Installs the tool.</summary>
    /// <returns>The program.</returns>
    internal async Task<string> InstallToolAsync()
    {
        await PassAsync(FnMeshProgram.SdkAsync(Folder.Path, "tool", "install", "FnMesh.Cli", "--version", Version, "--tool-path", Folder["tools"]));
        return Folder[OperatingSystem.IsWindows() ? "tools/fnmesh.exe" : "tools/fnmesh"];
    }

    internal Task NewAsync(string name) => PassAsync(FnMeshProgram.SdkAsync(Folder.Path, "new", "fnmesh", "-n", name, "--debug:custom-hive", Folder["hive"]));

    /// <summary>The paths in a package, sorted, and the text of its nuspec.</summary>
    internal (IReadOnlyList<string> Files, string Nuspec) Open(string id, string extension = "nupkg")
    {
        using var package = ZipFile.OpenRead(Folder[$"the feed/{id}.{Version}.{extension}"]);
        using var nuspec = new StreamReader(package.GetEntry($"{id}.nuspec")!.Open());
        return ([.. package.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)], nuspec.ReadToEnd());
    }

    private static (string, string)[] Environment =>
        [("PATH", string.Join(Path.PathSeparator, Path.GetDirectoryName(FnMeshProgram.DotNet), System.Environment.GetEnvironmentVariable("PATH")))];

    private static async Task<string> PassAsync(Task<Finished> running)
    {
        var finished = await running;
        return finished.Code == 0 ? finished.Output : throw new InvalidOperationException($"{finished}");
    }
}
