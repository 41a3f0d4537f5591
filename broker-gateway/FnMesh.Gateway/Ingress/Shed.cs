using System.Globalization;
using System.Text;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Ingress;

/// <summary>
/// Refuses what is too much. It looks at nothing of a request but its trace, leaves no span, and logs once in ten seconds at most: a gateway that has too much to do
/// must not spend its time on saying so.
/// </summary>
internal sealed partial class Shed(Instruments instruments, Randomness randomness, ILogger log, TimeProvider time)
{
    private const int TraceLength = 32;
    private const int InARow = 32;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly Outcome Refused = new(Verdict.Overloaded, "the gateway carries as much as it may at once ('limits.inFlight' of the Mesh); try again later, or start another gateway", null, TimeSpan.FromSeconds(1));
    private static readonly byte[] Beginning = Encoding.UTF8.GetBytes($$"""{"title":"The mesh is overloaded","status":503,"detail":"{{Refused.Reason}}","verdict":"Overloaded","traceId":" """.TrimEnd());
    private static readonly byte[] End = "\"}"u8.ToArray();

    private long _shed;
    private long _quietUntil;

    /// <param name="context">The request.</param>
    /// <param name="carried">How many requests are carried now.</param>
    public Task RefuseAsync(HttpContext context, int carried)
    {
        instruments.Refused(Verdict.Overloaded);
        var shed = Log(carried);
        var response = context.Response;
        if (GrpcCall.Is(context.Request))
        {
            GrpcProblem.Write(response, Refused);
            return Task.CompletedTask;
        }

        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/problem+json";
        Problem.WriteHeaders(response, Refused);
        var length = Beginning.Length + TraceLength + End.Length;
        response.ContentLength = length;
        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        var body = response.BodyWriter;
        var bytes = body.GetSpan(length);
        Beginning.CopyTo(bytes);
        WriteTrace(context.Request, bytes.Slice(Beginning.Length, TraceLength));
        End.CopyTo(bytes[(Beginning.Length + TraceLength)..]);
        body.Advance(length);
        // A peer that is refused as fast as it asks must not keep the thread that other connections wait for; to leave it each time would cost more than the refusal.
        return shed % InARow == 0 ? LeaveAsync() : Task.CompletedTask;
    }

    /// <summary>The caller's trace, or a new one that nobody keeps.</summary>
    private void WriteTrace(HttpRequest request, Span<byte> to)
    {
        if (TraceHeaders.Parse(request.Headers.TraceParent, null) is { } known) Encoding.ASCII.GetBytes(known.TraceId.ToHexString(), to);
        else for (var at = 0; at < TraceLength; at += 16) randomness.NextUInt64().TryFormat(to[at..], out _, "x16", CultureInfo.InvariantCulture);
    }

    private static async Task LeaveAsync() => await Task.Yield();

    private long Log(int carried)
    {
        var shed = Interlocked.Increment(ref _shed);
        var (now, until) = (time.GetTimestamp(), Volatile.Read(ref _quietUntil));
        if (until != 0 && now < until) return shed;
        var next = now + (long)(Quiet.TotalSeconds * time.TimestampFrequency);
        if (Interlocked.CompareExchange(ref _quietUntil, next, until) == until) LogShed(carried, shed);
        return shed;
    }

    [LoggerMessage(LogLevel.Warning, "{Carried} requests are carried at once, which is all that 'limits.inFlight' of the Mesh allows; refused since the start: {Shed}")]
    private partial void LogShed(int carried, long shed);
}
