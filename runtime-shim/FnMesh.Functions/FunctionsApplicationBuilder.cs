using FnMesh.Functions.Binding;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions;

/// <summary>Puts a function app together.</summary>
public sealed class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly AppServices _app;

    internal FunctionsApplicationBuilder(string[] args, IReadOnlyList<FunctionRegistration> functions)
    {
        StartFailure.Watch();
        LocalEnvironment.Load(Directory.GetCurrentDirectory());
        _web = WebApplication.CreateBuilder(args);
        _web.Configuration.Sources.Insert(0, AppServices.Quiet);
        _app = new AppServices(_web.Services, functions);
    }

    public IServiceCollection Services => _web.Services;

    public IConfigurationManager Configuration => _web.Configuration;

    public IHostEnvironment Environment => _web.Environment;

    public ILoggingBuilder Logging => _web.Logging;

    public IMetricsBuilder Metrics => _web.Metrics;

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_web).Properties;

    /// <summary>Accepted as in Azure; functions are served by ASP.NET Core in any case.</summary>
    public FunctionsApplicationBuilder ConfigureFunctionsWebApplication() => this;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _app.Use(middleware);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

    /// <summary>
    /// The app. When it starts it joins the mesh; it holds an identity before it opens its listener, and gateways alone reach it.
    /// Whatever else ASP.NET Core maps, such as gRPC services, may be mapped beside the functions.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no mesh to join, or a setting has no value; uncaught, it is written to stderr as a sentence and the exit code is 1.</exception>
    public WebApplication Build()
    {
        _app.AddMember(_web.Environment.ContentRootPath);
        return BuildAlone();
    }

    /// <summary>The app on plain HTTP, with no mesh around it.</summary>
    internal WebApplication BuildAlone()
    {
        var app = _web.Build();
        app.UseOwnWords();
        app.UseCallDeadline();
        app.UseNoFunction();
        FunctionEndpoints.Map(app, app.Services.GetRequiredService<BoundFunctions>());
        return app;
    }
}
