using System.Net.Http.Headers;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FnMesh.Gateway.Routing;

/// <summary>Changes of headers, on their way to a function and back.</summary>
internal sealed class HeaderChanges
{
    private readonly HeaderValueEntry[] _set;
    private readonly HeaderValueEntry[] _add;
    private readonly string[] _remove;

    private HeaderChanges(HeaderChangesEntry entry) => (_set, _add, _remove) = ([.. entry.Set], [.. entry.Add], [.. entry.Remove]);

    public static HeaderChanges? Of(HeaderChangesEntry? entry) => entry is null ? null : new(entry);

    public void Apply(HttpRequestMessage request)
    {
        foreach (var name in _remove) Remove(request, name);
        foreach (var header in _set)
        {
            Remove(request, header.Name);
            Add(request, header);
        }

        foreach (var header in _add) Add(request, header);
    }

    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in _remove) headers.Remove(name);
        foreach (var header in _set) headers[header.Name] = header.Value;
        foreach (var header in _add) headers[header.Name] = StringValues.Concat(headers[header.Name], header.Value);
    }

    private static void Remove(HttpRequestMessage request, string name)
    {
        Remove(request.Headers, name);
        if (request.Content is { } content) Remove(content.Headers, name);
    }

    private static void Remove(HttpHeaders headers, string name)
    {
        // Remove throws for names that belong to the other collection.
        if (headers.NonValidated.Contains(name)) headers.Remove(name);
    }

    /// <summary>What describes a body goes with it, and nowhere when there is none.</summary>
    private static void Add(HttpRequestMessage request, HeaderValueEntry header)
    {
        if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value)) request.Content?.Headers.TryAddWithoutValidation(header.Name, header.Value);
    }
}
