using System.Text;
using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Makes of an HTTP request what a worker is given for it.</summary>
internal static class HttpRequests
{
    private const string KeyParameter = "code";

    /// <param name="request">The request.</param>
    /// <param name="body">Its whole body.</param>
    /// <param name="route">The values of its route.</param>
    /// <param name="capabilities">How the worker wants it.</param>
    public static RpcHttp ToRpc(HttpRequest request, byte[] body, RouteValueDictionary route, WorkerCapabilities capabilities)
    {
        var rpc = new RpcHttp { Method = request.Method, Url = UrlOf(request) };
        var headers = request.Headers.Select(header => new KeyValuePair<string, string>(header.Key.ToLowerInvariant(), header.Value.ToString()));
        var query = request.Query.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString()));
        if (capabilities.NullableHttpValues)
        {
            foreach (var (name, value) in headers) rpc.NullableHeaders[name] = new NullableString { Value = value };
            foreach (var (name, value) in query) rpc.NullableQuery[name] = new NullableString { Value = value };
        }
        else
        {
            foreach (var (name, value) in headers.Where(header => header.Value.Length > 0 || !capabilities.DropsEmptyHttpHeaders)) rpc.Headers[name] = value;
            foreach (var (name, value) in query) rpc.Query[name] = value;
        }

        AddRoute(rpc, route, capabilities);
        if (body.Length > 0) AddBody(rpc, request, body, capabilities);
        return rpc;
    }

    /// <summary>The values of the route alone.</summary>
    public static void AddRoute(RpcHttp rpc, RouteValueDictionary route, WorkerCapabilities capabilities)
    {
        foreach (var (name, value) in route)
        {
            if (value is null) continue;
            if (capabilities.NullableHttpValues) rpc.NullableParams[name] = new NullableString { Value = value.ToString() };
            else rpc.Params[name] = value.ToString();
        }
    }

    /// <summary>What parameters of the function are found in besides the request: the route's values, and query and headers as JSON objects.</summary>
    public static void AddMetadata(InvocationRequest invocation, HttpRequest request, RouteValueDictionary route)
    {
        var metadata = invocation.TriggerMetadata;
        foreach (var (name, value) in request.Query)
        {
            if (!name.Equals(KeyParameter, StringComparison.OrdinalIgnoreCase)) metadata[name] = new TypedData { String = value.ToString() };
        }

        foreach (var (name, value) in route)
        {
            if (value is not null) metadata[name] = new TypedData { String = value.ToString() };
        }

        metadata["Query"] = new TypedData { Json = Object(request.Query.Select(pair => (pair.Key, pair.Value.ToString()))) };
        metadata["Headers"] = new TypedData { Json = Object(request.Headers.Select(pair => (pair.Key, pair.Value.ToString()))) };
    }

    private static void AddBody(RpcHttp rpc, HttpRequest request, byte[] body, WorkerCapabilities capabilities)
    {
        rpc.Body = capabilities.HttpBodyAsBytes || IsBinary(request) ? new TypedData { Bytes = ByteString.CopyFrom(body) }
            : request.HasJsonContentType() ? new TypedData { Json = Encoding.UTF8.GetString(body) }
            : new TypedData { String = Encoding.UTF8.GetString(body) };
        if (!capabilities.HttpBodyOnly) rpc.RawBody = rpc.Body.DataCase == TypedData.DataOneofCase.Bytes ? rpc.Body : new TypedData { String = Encoding.UTF8.GetString(body) };
    }

    private static bool IsBinary(HttpRequest request) =>
        request.ContentType is { } type && (type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) || type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase));

    /// <summary>As the caller wrote it, as far as the gateway tells.</summary>
    private static string UrlOf(HttpRequest request)
    {
        var scheme = request.Headers["x-forwarded-proto"] is [{ Length: > 0 } proto, ..] ? proto : "http";
        var host = request.Headers["x-forwarded-host"] is [{ Length: > 0 } forwarded, ..] ? forwarded : request.Host.Value;
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw ? raw : $"{request.Path}{request.QueryString}";
        return $"{scheme}://{host}{target}";
    }

    private static string Object(IEnumerable<(string Name, string Value)> pairs)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var (name, value) in pairs) json.WriteString(name, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
