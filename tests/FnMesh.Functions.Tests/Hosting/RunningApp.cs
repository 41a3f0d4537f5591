using FnMesh.Functions.Binding;
using FnMesh.Functions.Tests.Corpus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>The corpus on plain Kestrel.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningApp(WebApplication app)
    {
        _app = app;
        Client = new() { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public HttpClient Client { get; }

    public static async Task<RunningApp> StartAsync()
    {
        var builder = FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--AREA", "eu"]).ConfigureFunctionsWebApplication().UseMiddleware<Stamp>();
        builder.Logging.ClearProviders();
        builder.Services.AddScoped<Shop.IPrices, Prices>();
        var app = builder.BuildAlone(FunctionRegistry.All());
        await app.StartAsync();
        return new(app);
    }

    public async Task<HttpResponseMessage> DeliverAsync(string function, string data, string id = "1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_fnmesh/functions/" + function) { Content = new StringContent(data, null, "application/json") };
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", id), ("source", "/shop"), ("type", "shop.order.placed"), ("subject", "order-1") })
        {
            request.Headers.Add("ce-" + name, value);
        }

        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class Prices : Shop.IPrices
    {
        public decimal Of(string sku) => sku.Length;
    }
}
