using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Tests;

/// <summary>Stands for a program that supervises, so that a test can kill it: starts one child and stays until it is killed.</summary>
internal static class SupervisingProcess
{
    public const string Name = "--supervise";

    /// <param name="command">The launcher (<c>setsid</c> or <c>jobs</c>), then an absolute program and its arguments.</param>
    public static async Task<int> RunAsync(string[] command)
    {
        var start = new ChildStart(command[1], [.. command.AsSpan(2)], Environment.CurrentDirectory, new Dictionary<string, string>());
        var child = await ChildProcess.StartAsync(start, (_, text) => Console.WriteLine(text), TimeProvider.System, useJobControl: command[0] == "jobs");
        return await child.Exited;
    }
}
