using Company.Function;
using FnMesh.Functions.Tests.Corpus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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

    public Failures Failures => _app.Services.GetRequiredService<Failures>();

    public required Published Published { get; init; }

    /// <summary>The services that the corpus takes.</summary>
    public static void AddCorpus(IServiceCollection services) => services
        .AddScoped<Shop.IPrices, Prices>()
        .AddSingleton<Failures>()
        .AddSingleton(new Uri("http://service"))
        .AddKeyedSingleton<Kinds.INamed>("one", new Named("one"))
        .AddKeyedSingleton<Kinds.INamed>("two", new Named("two"));

    public static async Task<RunningApp> StartAsync()
    {
        var published = new Published();
        var builder = FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--AREA", "eu", "--EVERY", "0 0 1 1 *"]).ConfigureFunctionsWebApplication();
        builder.UseMiddleware<Stamp>();
        builder.UseWhen<ExceptionMiddleware>(context => context.FunctionDefinition.Name == "Failing");
        builder.UseMiddleware((context, next) =>
        {
            context.GetHttpContext()?.Response.Headers.Append("x-order", $"{context.Items.ContainsKey("begun")}");
            context.GetHttpContext()?.Response.Headers.Append("fnmesh-unsent", "1");
            return next();
        });
        builder.Logging.ClearProviders();
        AddCorpus(builder.Services);
        builder.Services.AddSingleton(published.Client());
        var app = builder.BuildAlone();
        await app.StartAsync();
        return new(app) { Published = published };
    }

    public async Task<HttpResponseMessage> DeliverAsync(string function, string data, string id = "1", string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_fnmesh/functions/" + function) { Content = new StringContent(data, null, type) };
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

    private sealed record Named(string Name) : Kinds.INamed;

    private sealed class Prices : Shop.IPrices
    {
        public decimal Of(string sku) => sku.Length;
    }
}
