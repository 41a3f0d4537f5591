using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>Problem details (RFC 9457) of what listens for members and for those who watch over them.</summary>
public static class ProblemJson
{
    /// <summary>Never part of a page: quotes may stay as people write them.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a problem.</summary>
    /// <param name="response">An answer that has not begun.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="title">The kind of it.</param>
    /// <param name="detail">What was wrong and the mend.</param>
    /// <param name="verdict">Also in the header <c>fnmesh-verdict</c>; null where calls do not pass.</param>
    public static Task WriteAsync(HttpResponse response, int status, string title, string detail, string? verdict = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            if (verdict is not null) json.WriteString("verdict", verdict);
            json.WriteEndObject();
        }

        if (verdict is not null) response.Headers["fnmesh-verdict"] = verdict;
        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(response.HttpContext.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes.ToArray(), response.HttpContext.RequestAborted).AsTask();
    }
}
