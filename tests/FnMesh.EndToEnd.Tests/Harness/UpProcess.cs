using System.Diagnostics;
using System.Text.Json;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>A running <c>fnmesh up</c> and all that it says.</summary>
internal sealed class UpProcess : IAsyncDisposable
{
    private static readonly string[] FreePorts = ["--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0"];

    private readonly Process _process;
    private readonly Task _read;

    private UpProcess(ProcessStartInfo start, string mark)
    {
        Mark = mark;
        start.Environment[MarkedProcesses.Variable] = mark;
        Started = TimeProvider.System.GetTimestamp();
        _process = Process.Start(start)!;
        _read = Task.WhenAll(ReadAsync(_process.StandardOutput, Output), ReadAsync(_process.StandardError, Errors));
        Exited = ExitAsync();
    }

    public string Mark { get; }

    /// <summary>A timestamp of the system's clock.</summary>
    public long Started { get; }

    public int Id => _process.Id;

    public Observed<string> Output { get; } = new("stdout of up");

    public Observed<string> Errors { get; } = new("stderr of up");

    /// <summary>The exit code.</summary>
    public Task<int> Exited { get; }

    public Uri Gateway { get; private set; } = null!;

    public Uri Control { get; private set; } = null!;

    /// <summary>The mesh listener.</summary>
    public Uri? Mesh { get; private set; }

    /// <summary>The node port of a control that runs by itself.</summary>
    public Uri? Node { get; private set; }

    /// <summary>The way into the mesh of a shim that runs by itself.</summary>
    public Uri? Door { get; private set; }

    /// <summary>Where a role that was told to serves its metrics and its health.</summary>
    public Uri? Admin { get; private set; }

    /// <summary>Starts <c>up</c> of a folder with free ports, and does not wait.</summary>
    public static UpProcess Start(string folder, params IEnumerable<string> options) =>
        new(FnMeshProgram.Command(folder, ["up", folder, .. FreePorts, .. options]), folder);

    /// <summary>Starts <c>up</c> and waits for its ready line.</summary>
    public static Task<UpProcess> ReadyAsync(string folder, params IEnumerable<string> options) => ReadyAsync(Patience.Limit, folder, options);

    /// <summary>Starts <c>up</c>, which may have to build first, and waits for its ready line.</summary>
    public static Task<UpProcess> ReadyAsync(TimeSpan limit, string folder, params IEnumerable<string> options) => ReadyAsync(limit, Start(folder, options));

    /// <summary>Starts <c>up</c> as it is typed in a folder, but with free ports and data elsewhere, and waits for its ready line.</summary>
    public static Task<UpProcess> TypedAsync(TimeSpan limit, string folder, string data, IEnumerable<string> arguments) =>
        ReadyAsync(limit, new UpProcess(FnMeshProgram.Command(folder, ["up", .. arguments, .. FreePorts, "--data-dir", data]), data));

    /// <summary>Starts a command that goes on by itself, in a folder.</summary>
    public static UpProcess Following(string folder, params IEnumerable<string> arguments) => new(FnMeshProgram.Command(folder, arguments), $"{folder}#following");

    /// <summary>Starts <c>up</c> of an installed program, as it is typed in a folder but with free ports, and waits for its ready line.</summary>
    public static Task<UpProcess> InstalledAsync(TimeSpan limit, string program, string folder, string typed) =>
        ReadyAsync(limit, new UpProcess(FnMeshProgram.Installed(program, folder, ["up", typed, .. FreePorts]), $"{folder}#{typed}"));

    /// <summary>Starts one role by itself in a folder, and does not wait.</summary>
    public static UpProcess StartRole(string folder, IEnumerable<(string Name, string Value)> environment, string mark, string[] arguments)
    {
        var start = FnMeshProgram.Command(folder, arguments);
        start.WorkingDirectory = folder;
        return Start(start, environment, mark);
    }

    /// <summary>Waits for the ready line of what was started without waiting.</summary>
    public Task BecomeReadyAsync() => ReadyAsync(Patience.Limit);

    /// <summary>Starts a function app as F5 does, in a folder of a running <c>up</c>, and waits until it serves in the mesh.</summary>
    public static async Task<UpProcess> ByHandAsync(string program, string folder, string revision)
    {
        var process = StartFunctions(program, folder, [("FNMESH_REVISION", revision)], $"{folder}#by-hand");
        try
        {
            await process.ServeAsync(revision);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a function app in a folder with more in its environment, and does not wait.</summary>
    public static UpProcess StartFunctions(string program, string folder, IEnumerable<(string Name, string Value)> environment, string mark) => Start(FnMeshProgram.Managed(program, folder, []), environment, mark);

    /// <summary>Waits until a function app serves in the mesh.</summary>
    public Task ServeAsync(string revision) => Output.FirstAsync(line => line.Contains($"serves {revision} in the mesh", StringComparison.Ordinal));

    private static UpProcess Start(ProcessStartInfo start, IEnumerable<(string Name, string Value)> environment, string mark)
    {
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new UpProcess(start, mark);
    }

    private static async Task<UpProcess> ReadyAsync(TimeSpan limit, UpProcess up)
    {
        try
        {
            await up.ReadyAsync(limit);
            return up;
        }
        catch
        {
            await up.DisposeAsync();
            throw;
        }
    }

    private async Task ReadyAsync(TimeSpan limit)
    {
        string ready;
        try
        {
            ready = await Output.FirstAsync(line => line.StartsWith("ready {", StringComparison.Ordinal), limit: limit);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            throw new InvalidOperationException($"up was not ready: {failure.Message}\nstderr:\n{string.Join('\n', Errors.Items)}", failure);
        }

        using var addresses = JsonDocument.Parse(ready["ready ".Length..]);
        Uri? Find(string name) => addresses.RootElement.TryGetProperty(name, out var address) ? new Uri(address.GetString()!) : null;
        Gateway = Find("gateway")!;
        Control = Find("control")!;
        Mesh = Find("mesh");
        Node = Find("node");
        Door = Find("door");
        Admin = Find("admin");
    }

    /// <summary>SIGTERM, SIGINT, …: the name without its beginning.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Asks it to end; its exit code.</summary>
    public async Task<int> StopAsync(string signal = "TERM")
    {
        await SignalAsync(signal);
        return await Patience.ForAsync(Exited, () => $"up ends on {signal}; stderr:\n{string.Join('\n', Errors.Items.TakeLast(40))}");
    }

    /// <summary>SIGKILL for <c>up</c> alone, or for all that it started as well; completes when nothing of it runs, in the time that is promised.</summary>
    public async Task KillAsync(bool withChildren)
    {
        var children = withChildren ? MarkedProcesses.Find(Mark) : [];
        _process.Kill();
        MarkedProcesses.Kill(children);
        await MarkedProcesses.GoneAsync(Mark);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        MarkedProcesses.Kill(MarkedProcesses.Find(Mark));
        await _read.WaitAsync(Patience.Limit, TimeProvider.System);
        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Observed<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line) lines.Add(line);
        lines.End();
    }

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        await _read;
        return _process.ExitCode;
    }
}
