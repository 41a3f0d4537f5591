using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FnMesh.Bench.Events;

/// <summary>A server as a process of its own with a folder of its own, and what it takes of the CPU with its children.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(20);
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public TimeSpan Cpu => CpuOf(_process.Id);

    /// <summary>User and system time of a process, its children, and those of them that have ended.</summary>
    public static TimeSpan CpuOf(int process)
    {
        var fields = StatOf($"/proc/{process}/stat");
        var sum = TimeSpan.FromSeconds((Ticks(fields, 11) + Ticks(fields, 12) + Ticks(fields, 13) + Ticks(fields, 14)) / TicksPerSecond);
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            foreach (var child in ReadOr($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)) sum += CpuOf(int.Parse(child, CultureInfo.InvariantCulture));
        }

        return sum;
    }

    /// <summary>What of that is the thread's that compiles hot code of .NET again; zero where there is none.</summary>
    public static TimeSpan CompiledBy(int process)
    {
        var sum = 0.0;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            if (!ReadOr($"{task}/comm").StartsWith(".NET Tiered Com", StringComparison.Ordinal)) continue;
            var fields = StatOf($"{task}/stat");
            sum += Ticks(fields, 11) + Ticks(fields, 12);
        }

        return TimeSpan.FromSeconds(sum / TicksPerSecond);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a server and waits until it listens.</summary>
    /// <param name="program">What runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs; its output goes to a file there.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    public static async Task<PeerProcess> StartAsync(string program, IEnumerable<string> arguments, string folder, int port, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Through a shell, which it replaces, so that nobody must read what it prints.
        var output = Path.Combine(folder, Path.GetFileName(program) + ".out");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", output, program, .. arguments]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var peer = new PeerProcess(Process.Start(start)!);
        using var over = new CancellationTokenSource(StartsWithin, TimeProvider.System);
        while (!await ListensAsync(port))
        {
            if (peer._process.HasExited || over.IsCancellationRequested)
            {
                var said = await File.ReadAllTextAsync(output, CancellationToken.None);
                await peer.DisposeAsync();
                throw new InvalidOperationException($"{program} does not listen on port {port}; it said: {said}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
            using var over = new CancellationTokenSource(EndsWithin, TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string[] StatOf(string path) => ReadOr(path) is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : [];

    private static double Ticks(string[] fields, int index) => index < fields.Length ? double.Parse(fields[index], CultureInfo.InvariantCulture) : 0;

    private static string ReadOr(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // It has just ended.
        }
    }
}
