using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Pipeline;

/// <summary>The ingress's side of a request. Stages see only this much of it, so that another ingress can take the place of Kestrel's HTTP.</summary>
internal abstract class Exchange
{
    /// <summary>A header's value, several lines joined by commas (RFC 9110, 5.3), or null when it is not there.</summary>
    public abstract string? Header(string name);

    /// <summary>Where the request came in.</summary>
    public virtual (string Scheme, int Port) Listener => throw new NotSupportedException("this request has no listener");

    /// <summary>Has the body break off where it gets longer than so many bytes.</summary>
    /// <returns>False when it is known to be longer.</returns>
    public virtual bool TryBound(long bytes) => throw new NotSupportedException("this request has no body");

    /// <summary>Has the answer say who may read it, whoever gives it.</summary>
    public virtual void Share(CorsRules rules) => throw new NotSupportedException("this request has no browser");
}
