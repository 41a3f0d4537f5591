namespace FnMesh.Gateway.Pipeline;

/// <summary>The ingress's side of a request. Stages see only this much of it, so that another ingress can take the place of Kestrel's HTTP.</summary>
internal abstract class Exchange
{
    /// <summary>A header's value, several lines joined by commas (RFC 9110, 5.3), or null when it is not there.</summary>
    public abstract string? Header(string name);
}
