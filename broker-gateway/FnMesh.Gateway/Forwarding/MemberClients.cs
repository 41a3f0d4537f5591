using FnMesh.Node.Identity;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Forwarding;

/// <summary>Clients to endpoints of the mesh, one for each identity that endpoints must prove: a connection is never shared between identities.</summary>
internal sealed partial class MemberClients(NodeCredentials credentials, TimeSpan maxAge, TimeProvider time, ILogger log)
{
    private readonly ILogger _log = log;

    /// <summary>To be kept as long as somebody calls the identity; without use its connections end by themselves.</summary>
    public HttpMessageInvoker Create(string identity) =>
        BackendClient.Create(time, MeshTls.Connections(credentials, id => id.ToString() == identity, cause => EndpointRefused(identity, cause)), maxAge);

    [LoggerMessage(Level = LogLevel.Warning, Message = "an endpoint that should be {Identity} is not called: {Cause}")]
    private partial void EndpointRefused(string identity, string cause);
}
