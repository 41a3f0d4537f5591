using System.Globalization;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Makes an HTTP answer of what a function returned.</summary>
internal static class HttpAnswers
{
    private static readonly string[] OwnHeaders = ["transfer-encoding", "content-length", "connection", "keep-alive"];

    /// <param name="response">An answer that has not begun.</param>
    /// <param name="done">What the worker answered.</param>
    /// <param name="trigger">Where the answer is looked for.</param>
    /// <param name="cancel">The caller has gone.</param>
    public static async Task WriteAsync(HttpResponse response, InvocationResponse done, HttpCallTrigger trigger, CancellationToken cancel)
    {
        var answer = Find(done, trigger);
        var http = answer?.DataCase == TypedData.DataOneofCase.Http ? answer.Http : null;
        response.StatusCode = StatusOf(http);
        if (http is not null)
        {
            foreach (var (name, value) in http.Headers)
            {
                if (!Array.Exists(OwnHeaders, own => own.Equals(name, StringComparison.OrdinalIgnoreCase)) && !IsOurs(name)) response.Headers[name] = value;
            }

            foreach (var cookie in http.Cookies) response.Headers.Append("set-cookie", HttpCookies.Write(cookie));
        }

        var (body, type) = BodyOf(http is not null ? http.Body : answer);
        if (body.IsEmpty || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified || HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return;
        }

        if (response.ContentType is null or "") response.ContentType = type;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.Memory, cancel);
    }

    /// <summary>As bytes, with the type that they have where the function names none.</summary>
    public static (ByteString Body, string? Type) BodyOf(TypedData? data) => data?.DataCase switch
    {
        TypedData.DataOneofCase.String => (ByteString.CopyFromUtf8(data.String), "text/plain; charset=utf-8"),
        TypedData.DataOneofCase.Json => (ByteString.CopyFromUtf8(data.Json), "application/json; charset=utf-8"),
        TypedData.DataOneofCase.Bytes => (data.Bytes, "application/octet-stream"),
        TypedData.DataOneofCase.Stream => (data.Stream, "application/octet-stream"),
        TypedData.DataOneofCase.Int => (ByteString.CopyFromUtf8(data.Int.ToString(CultureInfo.InvariantCulture)), "application/json; charset=utf-8"),
        TypedData.DataOneofCase.Double => (ByteString.CopyFromUtf8(data.Double.ToString("R", CultureInfo.InvariantCulture)), "application/json; charset=utf-8"),
        TypedData.DataOneofCase.Http => BodyOf(data.Http.Body),
        _ => (ByteString.Empty, null),
    };

    /// <summary>It is the value that is returned, or the output of its name, or whichever of the two is an answer.</summary>
    private static TypedData? Find(InvocationResponse done, HttpCallTrigger trigger)
    {
        var named = done.OutputData.FirstOrDefault(output => output.Name.Equals(trigger.Output, StringComparison.OrdinalIgnoreCase))?.Data;
        var any = done.OutputData.FirstOrDefault(output => output.Data?.DataCase == TypedData.DataOneofCase.Http)?.Data;
        return trigger.Output == EventOutput.Returned ? (IsEmpty(done.ReturnValue) ? named ?? any : done.ReturnValue)
            : named ?? any ?? (done.ReturnValue?.DataCase == TypedData.DataOneofCase.Http ? done.ReturnValue : null);
    }

    private static bool IsEmpty(TypedData? data) => data is null || data.DataCase == TypedData.DataOneofCase.None;

    private static int StatusOf(RpcHttp? http) =>
        http is not null && int.TryParse(http.StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 200 and <= 599 ? status : StatusCodes.Status200OK;

    /// <summary>Functions do not speak in the mesh's name.</summary>
    private static bool IsOurs(string name) => name.StartsWith("fnmesh-", StringComparison.OrdinalIgnoreCase);
}
