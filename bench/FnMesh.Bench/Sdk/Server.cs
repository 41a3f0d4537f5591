using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Bench.Sdk;

/// <summary>One of <see cref="Servers"/> in a process of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly Process _process;

    private Server(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Server> StartAsync(string kind)
    {
        var server = new Server(Start(kind, []));
        var line = await server.LineAsync("listening ");
        server.Address = new Uri(line["listening ".Length..]);
        return server;
    }

    /// <summary>Starts a member of a mesh; the times from the process's start until it listens and until gateways know it.</summary>
    public static async Task<(TimeSpan Listens, TimeSpan Announced)> StartMemberAsync(string folder, string revision)
    {
        var began = Stopwatch.GetTimestamp();
        await using var server = new Server(Start("member", [("FNMESH_REVISION", revision)], folder));
        await server.LineAsync("listening");
        var listens = Stopwatch.GetElapsedTime(began);
        await server.LineAsync(revision + " in the mesh");
        return (listens, Stopwatch.GetElapsedTime(began));
    }

    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Start(string kind, (string Name, string Value)[] environment, string? folder = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(Server).Assembly.Location, "serve", kind]) { RedirectStandardOutput = true, WorkingDirectory = folder ?? "" };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task<string> LineAsync(string part)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException($"the server ended before it said '{part}'; its messages are above");
    }
}
