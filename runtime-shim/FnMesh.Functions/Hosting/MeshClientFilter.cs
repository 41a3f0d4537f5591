using Microsoft.Extensions.Http;

namespace FnMesh.Functions.Hosting;

/// <summary>
/// Puts the way into the mesh before whatever handler a client of IHttpClientFactory ends with, also one that its owner or a library chose, as gRPC's client factory does.
/// gRPC's channel, which connects by itself where it finds sockets, finds none behind it.
/// </summary>
internal sealed class MeshClientFilter(IServiceProvider services) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        builder.PrimaryHandler = MeshClients.Handler(services, builder.PrimaryHandler);
    };
}
