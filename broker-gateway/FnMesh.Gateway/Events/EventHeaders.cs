using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Events;

/// <summary>Headers of a message as <see cref="CloudEventReader"/> takes them.</summary>
internal static class EventHeaders
{
    /// <summary>The headers of a request.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            for (var i = 0; i < values.Count; i++) yield return new(name, values[i] ?? "");
        }
    }

    /// <summary>The headers of a function's answer, as they came.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(HttpResponseMessage answer)
    {
        foreach (var (name, values) in answer.Headers.NonValidated)
        {
            foreach (var value in values) yield return new(name, value);
        }
    }

    /// <summary>The header Content-Type of a function's answer, as it came; null when there is none.</summary>
    public static string? ContentType(HttpResponseMessage answer) =>
        answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
}
