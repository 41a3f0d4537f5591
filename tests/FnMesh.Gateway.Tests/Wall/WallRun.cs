using System.Globalization;
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
    private static readonly Http2Case LastOfHttp2 = Http2Case.Read("# passes last\n!GET /last\n").Single();

    private readonly Recorder _recorder = Recorder.Start();
    private readonly SeenStage _seen = new();

    // What was authorized and has not arrived yet: it may, after its caller has gone.
    private readonly List<(string Method, string Target)> _authorized = [];
    private Edge _edge = null!;

    public static IReadOnlyList<WallCase> Corpus { get; } = [.. WallCase.Read(Text("http1.txt"))];

    public static IReadOnlyList<Http2Case> Http2Corpus { get; } = [.. Http2Case.Read(Text("http2.txt"))];

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

        var (arrived, fault) = Judge();
        return (arrived.Count, fault);
    }

    /// <summary>Sends a request over HTTP/2, and reads until its streams have ended, and one after them, or nothing more comes.</summary>
    /// <param name="damaged">What goes over the wire instead of it, if anything.</param>
    /// <returns>How many requests arrived, how many were answered with 200, and what is wrong; null when nothing is.</returns>
    public async Task<(int Arrived, int Succeeded, string? Fault)> SendAsync(Http2Case one, Http2Packing packing, byte[]? damaged = null)
    {
        var streams = packing == Http2Packing.Twice ? new[] { 1, 3 } : [1];
        using var caller = await RawHttp2Caller.ConnectAsync(_edge.Address);
        await caller.WriteAsync([.. damaged ?? Http2Frames.Of(one, packing, 1), .. Http2Frames.Of(LastOfHttp2, Http2Packing.Literal, streams[^1] + 2)]);
        var ended = Task.WhenAll(streams.Append(streams[^1] + 2).Select(caller.EndAsync));
        await Task.WhenAny(ended, Task.Delay(Quiet));
        var (arrived, fault) = Judge();
        return (arrived.Count, streams.Count(caller.Succeeded), fault ?? (damaged is null ? arrived.Select(request => Otherwise(one, request)).FirstOrDefault(static other => other is not null) : null));
    }

    /// <summary>A number of the environment.</summary>
    public static int Number(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _recorder.DisposeAsync();
    }

    private (IReadOnlyList<ForwardedRequest> Arrived, string? Fault) Judge()
    {
        var (arrived, faults) = _recorder.Take();
        while (_seen.Seen.TryDequeue(out var one)) _authorized.Add(one);
        ForwardedRequest[] ours = [.. arrived.Where(request => request.Target != "/last")];
        if (faults.Count > 0) return (ours, $"what arrived is no HTTP: {faults[0]}");
        // Every request that arrived is one that was matched and authorized, byte for byte; none comes of nothing.
        foreach (var request in arrived)
        {
            if (!_authorized.Remove((request.Method, request.Target))) return (ours, $"{request.Method} {request.Target} arrived and was not authorized");
            if (request.Headers.FirstOrDefault(header => header.Value.Contains("spoofed", StringComparison.Ordinal) && HeaderHygiene.IsForbidden(header.Key)) is { Key: { } name }) return (ours, $"{name} arrived");
        }

        return (ours, null);
    }

    /// <summary>What of a request that arrived was not sent so; null for nothing. Lines of one name may be joined (RFC 9110, 5.2; RFC 9113, 8.2.3).</summary>
    private static string? Otherwise(Http2Case sent, ForwardedRequest request)
    {
        if (request.Headers.Count(static header => header.Key == "cookie") > 1) return "several Cookie lines arrived";
        var body = sent.Pieces.SelectMany(static piece => piece);
        if (!body.SequenceEqual(request.Body)) return $"a body of {request.Body.Length} bytes arrived that was not sent";
        var hosts = Values(":authority") is [{ Length: > 0 }, ..] authorities ? authorities : Values("host");
        foreach (var (name, value) in request.Headers)
        {
            if (name == "x-forwarded-host" && !hosts.Contains(value)) return $"{value} arrived as the host that was called, and was not";
            if (IsOfTheGateway(name)) continue;
            var values = Values(name);
            if (!values.Contains(value) && string.Join(", ", values) != value && string.Join("; ", values) != value) return $"{name}: {value} arrived and was not sent";
        }

        return null;

        string[] Values(string name) => [.. sent.Head.Select(static field => field.Text.Split(": ", 2)).Where(field => field[0] == name).Select(static field => field[1])];
    }

    private static bool IsOfTheGateway(string name) =>
        name is "host" or "traceparent" or "tracestate" or "fnmesh-principal" or "fnmesh-deadline" or "x-forwarded-host" or "x-forwarded-proto" or "x-forwarded-for" or "content-length" or "transfer-encoding" or "connection" or "upgrade"
            or "sec-websocket-key" or "sec-websocket-version";

    private static string Text(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, "tests/FnMesh.Gateway.Tests/Wall/Corpus", name));
}
