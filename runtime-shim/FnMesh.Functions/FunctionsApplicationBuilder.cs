using FnMesh.Functions.Binding;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions;

/// <summary>Puts a function app together.</summary>
public sealed class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private static readonly Dictionary<string, string?> Quiet = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
    };

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    internal FunctionsApplicationBuilder(string[] args)
    {
        _web = WebApplication.CreateBuilder(args);
        // What functions log is to be seen; everything that is configured wins over this.
        _web.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Quiet });
        _web.Services.TryAddSingleton(TimeProvider.System);
        // Runs what functions return as IActionResult.
        _web.Services.AddMvcCore();
    }

    public IServiceCollection Services => _web.Services;

    public IConfigurationManager Configuration => _web.Configuration;

    public IHostEnvironment Environment => _web.Environment;

    public ILoggingBuilder Logging => _web.Logging;

    public IMetricsBuilder Metrics => _web.Metrics;

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    /// <summary>Accepted as in Azure; functions are served by ASP.NET Core in any case.</summary>
    public FunctionsApplicationBuilder ConfigureFunctionsWebApplication() => this;

    /// <summary>Puts a middleware around every function, inside of those that were put before.</summary>
    public FunctionsApplicationBuilder UseMiddleware<T>() where T : class, IFunctionsWorkerMiddleware
    {
        Services.TryAddSingleton<T>();
        _middleware.Add(next => context => context.InstanceServices.GetRequiredService<T>().Invoke(context, next));
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <summary>
    /// The app. When it starts it joins the mesh; it holds an identity before it opens its listener, and gateways alone reach it.
    /// Whatever else ASP.NET Core maps, such as gRPC services, may be mapped beside the functions.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no mesh to join.</exception>
    public WebApplication Build() => BuildMember(FunctionRegistry.All());

    internal WebApplication BuildMember(IReadOnlyList<FunctionRegistration> functions)
    {
        var environment = Membership.Read(System.Environment.GetEnvironmentVariable, _web.Environment.ContentRootPath);
        Services.AddSingleton(environment).AddSingleton<MeshMembership>();
        Services.AddHostedService(provider => provider.GetRequiredService<MeshMembership>());
        Services.AddMeshClients();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        Services.Configure<KestrelServerOptions>(kestrel => MeshListener.Open(kestrel, environment));
        return BuildAlone(functions);
    }

    /// <summary>The app on plain HTTP, with no mesh around it.</summary>
    internal WebApplication BuildAlone(IReadOnlyList<FunctionRegistration> functions)
    {
        // Bound when the container is built, because the JSON options are read from it.
        Services.AddSingleton(provider => new BoundFunctions(
            functions, new FunctionBinder(provider.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions), provider.GetRequiredService<IConfiguration>(), _middleware));
        Services.AddHostedService<Timers>();
        var app = _web.Build();
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use((http, next) =>
        {
            CallDeadline.Note(http, time);
            return next(http);
        });
        FunctionEndpoints.Map(app, app.Services.GetRequiredService<BoundFunctions>());
        return app;
    }
}
