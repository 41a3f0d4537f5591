namespace FnMesh.Gateway.Routing;

/// <summary>An address that answers for a backend.</summary>
/// <param name="Base">Absolute, http or https.</param>
internal sealed record Endpoint(Uri Base)
{
    /// <summary>The base address without a trailing slash, ready to have a path appended.</summary>
    public string Prefix { get; } = Base.AbsoluteUri.TrimEnd('/');
}
