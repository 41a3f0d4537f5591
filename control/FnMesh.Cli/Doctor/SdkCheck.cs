using System.ComponentModel;
using System.Diagnostics;

using FnMesh.Shim.Projects;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether the SDK that builds projects here is there, and new enough.</summary>
internal static class SdkCheck
{
    private const string Check = "sdk";
    private const int LeastMajor = 10;
    private const string Install = "install the .NET 10 SDK (10.0.400 or later) from https://dot.net/download";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    public static async Task<Finding> LookAsync(string folder, TimeProvider time, CancellationToken cancel)
    {
        if (DotnetHost.Find() is not { } host) return Finding.Fail(Check, "no .NET SDK was found by DOTNET_ROOT or PATH", Install);
        var pinned = Parents(folder).Select(parent => Path.Combine(parent, "global.json")).FirstOrDefault(File.Exists);
        var by = pinned is null ? "no global.json pins another" : $"as {pinned} asks";
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            var (code, output, error) = await RunAsync(host, folder, either.Token);
            if (code != 0) return Finding.Fail(Check, $"no SDK beside {host} fits {pinned ?? "this folder"}: {FirstLine(error.Length > 0 ? error : output)}", $"{Install}, or change the version that is asked for");
            return int.TryParse(output.Split('.')[0], out var major) && major >= LeastMajor
                ? Finding.Ok(Check, $"{output.Trim()}, {by}")
                : Finding.Fail(Check, $"{output.Trim()} is older than .NET {LeastMajor}, {by}", Install);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Finding.Fail(Check, $"'{host} --version' gave no answer within {Deadline.TotalSeconds:0} s", "run it by hand to see why");
        }
        catch (Win32Exception failure)
        {
            return Finding.Fail(Check, $"{host} does not run: {failure.Message}", Install);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string host, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(host, ["--version"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static string FirstLine(string text) => text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "it says nothing";

    private static IEnumerable<string> Parents(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent) yield return parent.FullName;
    }
}
