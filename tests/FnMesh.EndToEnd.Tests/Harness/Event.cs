using System.Net.Http.Headers;
using System.Text;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>Events as requests.</summary>
internal static class Event
{
    /// <summary>An event in binary mode.</summary>
    public static HttpRequestMessage Binary(Uri gateway, string type, string id, string? key = null, string body = "{}", params IEnumerable<(string Name, string Value)> headers)
    {
        var request = Post(gateway, "application/json", Encoding.UTF8.GetBytes(body));
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-type", type);
        request.Headers.Add("ce-source", "/test");
        request.Headers.Add("ce-id", id);
        if (key is not null) request.Headers.Add("ce-partitionkey", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Any request to publish; without a content type when it is null.</summary>
    public static HttpRequestMessage Post(Uri gateway, string? contentType, byte[] body, params IEnumerable<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/events")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
