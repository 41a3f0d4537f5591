using System.Net;
using System.Net.Http.Json;
using FnMesh.Node.Http;

namespace FnMesh.Node.Members;

/// <summary>Which requests to a gateway go over HTTP/2, where many share a connection, though nobody asked for it: those without a body or with a short one.</summary>
internal static class SharedConnection
{
    /// <summary>Raises the version of a request that may share a connection; its policy still lets the other end agree on less.</summary>
    public static async ValueTask PreferAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.Version != HttpVersion.Version11 || request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower) return;
        if (request.Headers.NonValidated.Contains("upgrade") || request.Headers.NonValidated.Contains("expect")) return;
        if (request.Content is JsonContent json) await HoldAsync(json, cancel);
        if (IsShort(request.Content)) request.Version = HttpVersion.Version20;
    }

    /// <summary>What is held in memory can be sent again, as HTTP/2's client does with what a peer has refused.</summary>
    private static bool IsShort(HttpContent? content) => content switch
    {
        null => true,
        ReplayContent body => body.IsShort,
        ByteArrayContent or ReadOnlyMemoryContent or JsonContent => content.Headers.ContentLength <= ReplayStream.ShortLength,
        _ => false,
    };

    /// <summary>JSON is written as it is sent, and only then known to be short. A sequence that comes while it is written may come only once.</summary>
    private static async ValueTask HoldAsync(JsonContent json, CancellationToken cancel)
    {
        if (json.Headers.ContentLength is not null || IsAsyncSequence(json.ObjectType)) return;
        try
        {
            await json.LoadIntoBufferAsync(ReplayStream.ShortLength, cancel);
        }
        catch (HttpRequestException longer) when (longer.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            // It is written once more as it is sent.
        }
    }

    private static bool IsAsyncSequence(Type type) => Array.Exists(type.GetInterfaces(), IsAsyncEnumerable) || IsAsyncEnumerable(type);

    private static bool IsAsyncEnumerable(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);
}
