using FnMesh.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>A request as Kestrel parsed it.</summary>
internal sealed class HttpExchange(IHeaderDictionary headers) : Exchange
{
    public override string? Header(string name) => headers.TryGetValue(name, out var values) ? values.Count == 1 ? values[0] : string.Join(", ", values.ToArray()) : null;
}
