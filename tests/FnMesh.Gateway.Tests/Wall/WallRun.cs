using System.Net;
using System.Net.Sockets;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>A real edge with a strict recorder behind it: sends a request over a connection of its own, and judges what was forwarded.</summary>
internal sealed class WallRun : IAsyncDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly byte[] Last = "GET /last HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Recorder _recorder = Recorder.Start();
    private readonly SeenStage _seen = new();

    // What was authorized and has not arrived yet: it may, after its caller has gone.
    private readonly List<(string Method, string Target)> _authorized = [];
    private Edge _edge = null!;

    public static IReadOnlyList<WallCase> Corpus { get; } =
        [.. Directory.GetFiles(Path.Combine(SourceTree.Root, "tests/FnMesh.Gateway.Tests/Wall/Corpus"), "*.txt").Order(StringComparer.Ordinal).SelectMany(file => WallCase.Read(File.ReadAllText(file)))];

    public static async Task<WallRun> StartAsync()
    {
        var run = new WallRun();
        run._edge = await Edge.StartAsync(Yaml.App("shop", run._recorder.Address) + Yaml.Route("/", "shop", ", retry: { attempts: 0 }"), last: run._seen);
        return run;
    }

    /// <summary>Sends bytes, and reads until the gateway has closed the connection or waits for more.</summary>
    /// <returns>How many requests arrived, and what is wrong; null when nothing is.</returns>
    public async Task<(int Arrived, string? Fault)> SendAsync(byte[] bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _edge.Address.Port);
        var stream = socket.GetStream();
        try
        {
            // What follows closes the connection once everything before it is answered, or breaks what is still open.
            await stream.WriteAsync((byte[])[.. bytes, .. Last, .. Last]);
            using var quiet = new CancellationTokenSource(Quiet);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, quiet.Token) > 0)
            {
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // Reset, as a server may that has more to read than it wants; or it waits for the rest of a body, which never comes.
        }

        var (arrived, faults) = _recorder.Take();
        while (_seen.Seen.TryDequeue(out var one)) _authorized.Add(one);
        if (faults.Count > 0) return (arrived.Count, $"what arrived is no HTTP: {faults[0]}");
        // Every request that arrived is one that was matched and authorized, byte for byte; none comes of nothing.
        foreach (var request in arrived)
        {
            if (!_authorized.Remove((request.Method, request.Target))) return (arrived.Count, $"{request.Method} {request.Target} arrived and was not authorized");
            if (request.Headers.FirstOrDefault(header => header.Value.Contains("spoofed", StringComparison.Ordinal) && HeaderHygiene.IsForbidden(header.Key)) is { Key: { } name }) return (arrived.Count, $"{name} arrived");
        }

        return (arrived.Count(request => request.Target != "/last"), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _recorder.DisposeAsync();
    }
}
