using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Hosting;

/// <summary>Makes <c>http://APP</c> reach the app through the mesh from every client of IHttpClientFactory, typed and gRPC too, and from <see cref="MeshClient"/>.</summary>
internal static class MeshClients
{
    public static void AddMeshClients(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new MeshHandler(
            new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(provider.GetRequiredService<MeshMembership>().Member.Gateways, disposeHandler: false)),
            new HttpMessageInvoker(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }),
            provider.GetRequiredService<IHttpContextAccessor>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MeshClient(
            provider.GetRequiredService<MeshHandler>(), () => provider.GetRequiredService<MeshMembership>().App, provider.GetRequiredService<IOptions<JsonOptions>>(), provider.GetRequiredService<TimeProvider>()));
        // The factory disposes of handlers after a while; the way itself is the app's.
        services.ConfigureHttpClientDefaults(clients => clients.ConfigurePrimaryHttpMessageHandler(provider => new LentHandler(provider.GetRequiredService<MeshHandler>())));
    }
}
