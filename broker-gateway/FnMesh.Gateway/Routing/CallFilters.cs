using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Routing;

/// <summary>What a rule, or a backend within it, does to calls and their answers; bound with the table.</summary>
internal sealed class CallFilters
{
    private readonly HeaderChanges? _request;
    private readonly HeaderChanges? _answer;

    private CallFilters(FiltersEntry entry)
    {
        (_request, _answer) = (HeaderChanges.Of(entry.RequestHeaders), HeaderChanges.Of(entry.ResponseHeaders));
        (Rewrite, Redirect) = (entry.Rewrite, entry.Redirect);
    }

    public RewriteEntry? Rewrite { get; }

    public RedirectEntry? Redirect { get; }

    public static CallFilters? Of(FiltersEntry? entry) => entry is null ? null : new(entry);

    public void ChangeRequest(HttpRequestMessage request)
    {
        if (Rewrite?.Hostname is { } host) request.Headers.Host = host;
        _request?.Apply(request);
    }

    public void ChangeAnswer(IHeaderDictionary headers) => _answer?.Apply(headers);
}
