using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Hosting;

/// <summary>Makes <c>http://APP</c> reach the app through the mesh from every client of IHttpClientFactory, typed and gRPC too, and from <see cref="MeshClient"/>.</summary>
internal static class MeshClients
{
    public static void AddMeshClients(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddHttpClient();
        services.AddSingleton(provider => Handler(provider, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }));
        services.AddSingleton(provider => new MeshClient(
            provider.GetRequiredService<MeshHandler>(), () => provider.GetRequiredService<MeshMembership>().App, provider.GetRequiredService<IOptions<JsonOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHttpMessageHandlerBuilderFilter, MeshClientFilter>();
    }

    /// <param name="provider">The app's services.</param>
    /// <param name="others">The way to addresses that name no app; disposed of with the handler.</param>
    public static MeshHandler Handler(IServiceProvider provider, HttpMessageHandler others) => new(
        new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(provider.GetRequiredService<MeshMembership>().Member.Gateways, disposeHandler: false)),
        new HttpMessageInvoker(others),
        provider.GetRequiredService<IHttpContextAccessor>(),
        provider.GetRequiredService<TimeProvider>(),
        ns => provider.GetRequiredService<MeshMembership>().KnowsNamespace(ns));
}
