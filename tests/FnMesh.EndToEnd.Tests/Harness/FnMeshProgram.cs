using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>The program under test, as it was built beside the tests.</summary>
internal static class FnMeshProgram
{
    /// <summary>The runtime's own host: the tests need no <c>dotnet</c> on PATH.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The clone's root.</summary>
    public static string Root => SourceTree.Root;

    private static string Configuration { get; } = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string BuiltProgram(string project, string assembly) => Path.Combine(Root, "artifacts", "bin", project, Configuration, assembly + ".dll");

    /// <summary>The <c>fnmesh</c> that is tested.</summary>
    public static string Cli => Configuration == "release" ? Path.Combine(Root, "artifacts", "program", "fnmesh.dll") : BuiltProgram("FnMesh.Cli", "fnmesh");

    public static ProcessStartInfo Command(string folder, params IEnumerable<string> arguments) => Managed(Cli, folder, arguments);

    /// <summary>Runs a command of fnmesh to its end.</summary>
    public static Task<Finished> RunAsync(string folder, params IEnumerable<string> arguments) => FinishAsync(Command(folder, arguments));

    /// <summary>Runs a command of fnmesh to its end, with more in its environment.</summary>
    public static Task<Finished> RunAsync(string folder, IEnumerable<(string Name, string Value)> environment, params IEnumerable<string> arguments)
    {
        var start = Command(folder, arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return FinishAsync(start);
    }

    /// <summary>Runs a managed program to its end.</summary>
    public static Task<Finished> RunManagedAsync(string program, string folder, params IEnumerable<string> arguments) => FinishAsync(Managed(program, folder, arguments));

    /// <summary>Runs a command of the .NET SDK to its end; no build server outlives it.</summary>
    public static Task<Finished> SdkAsync(string folder, params IEnumerable<string> arguments)
    {
        var start = Program(DotNet, folder, arguments);
        foreach (var (name, value) in SdkEnvironment) start.Environment[name] = value;
        return FinishAsync(start);
    }

    /// <summary>A program that was installed, which finds the runtime of the tests.</summary>
    public static ProcessStartInfo Installed(string program, string folder, IEnumerable<string> arguments)
    {
        var start = Program(program, folder, arguments);
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(DotNet);
        return start;
    }

    /// <summary>Runs what somebody types into a shell to its end.</summary>
    public static Task<Finished> ShellAsync(string folder, string typed, IEnumerable<(string Name, string Value)> environment)
    {
        var start = Program("sh", folder, ["-c", typed]);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return FinishAsync(start);
    }

    public static ProcessStartInfo Managed(string program, string folder, IEnumerable<string> arguments) => Program(DotNet, folder, ["exec", program, .. arguments]);

    private static (string Name, string Value)[] SdkEnvironment =>
        [("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0")];

    private static ProcessStartInfo Program(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        // What the person who runs the tests has set must not change them.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("FNMESH_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>Runs what is about to start to its end.</summary>
    public static async Task<Finished> FinishAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience.Limit * 2, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output, await error);
    }
}
