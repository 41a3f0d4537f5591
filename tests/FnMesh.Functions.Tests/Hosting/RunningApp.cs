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

    /// <summary>The first exception that is logged.</summary>
    public Task<Exception> Failed => _app.Services.GetRequiredService<FailureLog>().First;

    /// <summary>What is logged as an error.</summary>
    public IReadOnlyCollection<string> Errors => _app.Services.GetRequiredService<FailureLog>().Errors;

    /// <summary>The services that the corpus takes.</summary>
    public static void AddCorpus(IServiceCollection services) => services
        .AddScoped<Shop.IPrices, Prices>()
        .AddSingleton<Failures>()
        .AddSingleton(new Uri("http://service"))
        .AddSingleton<Kinds.INamed>(new Named("any"))
        .AddKeyedSingleton<Kinds.INamed>("one", new Named("one"))
        .AddKeyedSingleton<Kinds.INamed>("two", new Named("two"));

    /// <param name="condition">When the middleware stands around a run.</param>
    /// <param name="middleware">Outside of the corpus's own.</param>
    public static Task<RunningApp> StartAsync(Func<FunctionContext, bool> condition, Func<FunctionContext, Func<Task>, Task> middleware) => StartAsync(builder => AddMiddleware(builder.UseWhen(condition, middleware)));

    /// <inheritdoc cref="StartAsync(Func{FunctionContext, bool}, Func{FunctionContext, Func{Task}, Task})"/>
    public static Task<RunningApp> StartAsync(Func<FunctionContext, Func<Task>, Task> middleware) => StartAsync(builder => AddMiddleware(builder.UseMiddleware(middleware)));

    public static Task<RunningApp> StartAsync() => StartAsync(AddMiddleware);

    /// <summary>With no middleware at all.</summary>
    public static Task<RunningApp> StartBareAsync() => StartAsync(_ => { });

    private static void AddMiddleware(IFunctionsWorkerApplicationBuilder builder)
    {
        builder.UseMiddleware<Stamp>();
        builder.UseWhen<ExceptionMiddleware>(context => context.FunctionDefinition.Name == "Failing");
        builder.UseMiddleware((context, next) =>
        {
            context.GetHttpContext()?.Response.Headers.Append("x-order", $"{context.Items.ContainsKey("begun")}");
            context.GetHttpContext()?.Response.Headers.Append("fnmesh-unsent", "1");
            return next();
        });
    }

    private static async Task<RunningApp> StartAsync(Action<IFunctionsWorkerApplicationBuilder> middleware)
    {
        var published = new Published();
        var builder = FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0", "--AREA", "eu", "--EVERY", "0 0 1 1 *"]).ConfigureFunctionsWebApplication();
        middleware(builder);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<FailureLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<FailureLog>());
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
