using FnMesh.Functions.Binding;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Hosting;

/// <summary>What makes a host a function app, whichever builder it comes from.</summary>
internal sealed class AppServices : IFunctionsWorkerApplicationBuilder
{
    private static readonly Dictionary<string, string?> Levels = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
    };

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public AppServices(IServiceCollection services, IReadOnlyList<FunctionRegistration> functions)
    {
        Services = services;
        services.TryAddSingleton(TimeProvider.System);
        // Runs what functions return as IActionResult.
        services.AddMvcCore();
        // Bound when the container is built, because the JSON options are read from it.
        services.AddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<IConfiguration>();
            return new BoundFunctions(functions, new FunctionBinder(provider.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions, settings), settings, provider, _middleware);
        });
        services.AddHostedService<Timers>();
    }

    /// <summary>What functions log is to be seen, and less of the rest; everything else that is configured wins over it.</summary>
    public static IConfigurationSource Quiet => new MemoryConfigurationSource { InitialData = Levels };

    public IServiceCollection Services { get; }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Makes the app a member: it joins when it starts, and listens to gateways alone.</summary>
    /// <exception cref="AppStartException">There is no mesh to join.</exception>
    public void AddMember(string contentRoot)
    {
        var environment = Membership.Read(System.Environment.GetEnvironmentVariable, contentRoot);
        Services.AddSingleton(environment).AddSingleton<MeshMembership>();
        Services.AddHostedService(provider => provider.GetRequiredService<MeshMembership>());
        Services.AddMeshClients();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        Services.Configure<KestrelServerOptions>(kestrel => MeshListener.Open(kestrel, environment));
    }
}
