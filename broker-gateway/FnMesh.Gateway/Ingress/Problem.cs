using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>Writes a verdict as problem details (RFC 9457). Only errors that the mesh makes look like this: a function's own pass unchanged.</summary>
internal static class Problem
{
    /// <summary>Never part of a page: quotes and backticks may stay as people write them.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async ValueTask WriteAsync(HttpResponse response, Outcome outcome, TraceContext trace, CancellationToken cancel)
    {
        var verdict = VerdictName.Of(outcome.Verdict);
        response.StatusCode = VerdictStatus.Of(outcome);
        response.ContentType = "application/problem+json";
        WriteHeaders(response, outcome);

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("title", Title(outcome.Verdict));
            json.WriteNumber("status", response.StatusCode);
            json.WriteString("detail", outcome.Reason);
            json.WriteString("verdict", verdict);
            json.WriteString("traceId", trace.TraceId.ToHexString());
            json.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method)) await response.Body.WriteAsync(buffer.WrittenMemory, cancel);
    }

    /// <summary>What every answer of the mesh itself says, whatever its form.</summary>
    public static void WriteHeaders(HttpResponse response, Outcome outcome)
    {
        response.Headers["fnmesh-verdict"] = VerdictName.Of(outcome.Verdict);
        if (outcome.Verdict == Verdict.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        if (outcome.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    public static string Title(Verdict verdict) => verdict switch
    {
        Verdict.Malformed => "The request is malformed",
        Verdict.TooLarge => "The request is too large",
        Verdict.Unsupported => "The format is not supported",
        Verdict.Unauthenticated => "The caller is not known",
        Verdict.Denied => "Policy denies this",
        Verdict.NoRoute => "No route matches",
        Verdict.Misdirected => "The connection is another's",
        Verdict.Conflict => "The request conflicts with another",
        Verdict.RateLimited => "Too many requests",
        Verdict.BreakerOpen => "The circuit breaker is open",
        Verdict.Overloaded => "The mesh is overloaded",
        Verdict.NoEndpoint => "No endpoint is ready",
        Verdict.NotReady => "The gateway is not ready",
        Verdict.Unreachable => "The function cannot be reached",
        Verdict.Timeout => "The function did not answer in time",
        Verdict.Expired => "The deadline has passed",
        Verdict.Stalled => "The caller does not take its answer",
        Verdict.InvalidBackend => "The route has no valid backend",
        Verdict.Injected => "A fault was injected",
        _ => "The gateway failed",
    };
}
