using FnMesh.Functions.Binding;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FnMesh.Functions;

/// <summary>The beginning of a function app on a host builder, as older templates of Azure write it.</summary>
public static class FunctionsHostBuilder
{
    /// <summary>Makes the host a function app, with the defaults of <see cref="Host.CreateDefaultBuilder()"/>.</summary>
    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder) => builder.ConfigureFunctionsWebApplication((_, _) => { });

    /// <inheritdoc cref="ConfigureFunctionsWebApplication(IHostBuilder)"/>
    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure) =>
        builder.ConfigureFunctionsWebApplication((_, worker) => configure(worker));

    /// <inheritdoc cref="ConfigureFunctionsWebApplication(IHostBuilder)"/>
    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure) =>
        Configure(builder, configure, FunctionRegistry.All(), static (context, app) => app.AddMember(context.HostingEnvironment.ContentRootPath));

    /// <summary>The same as <see cref="ConfigureFunctionsWebApplication(IHostBuilder)"/>: functions are served by ASP.NET Core in any case.</summary>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder) => builder.ConfigureFunctionsWebApplication();

    /// <inheritdoc cref="ConfigureFunctionsWorkerDefaults(IHostBuilder)"/>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure) => builder.ConfigureFunctionsWebApplication(configure);

    /// <inheritdoc cref="ConfigureFunctionsWorkerDefaults(IHostBuilder)"/>
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure) => builder.ConfigureFunctionsWebApplication(configure);

    internal static IHostBuilder Configure(
        IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure, IReadOnlyList<FunctionRegistration> functions, Action<HostBuilderContext, AppServices> join)
    {
        ArgumentNullException.ThrowIfNull(builder);
        StartFailure.Watch();
        LocalEnvironment.Load(Directory.GetCurrentDirectory());
        return builder
            .ConfigureDefaults(null)
            .ConfigureAppConfiguration((_, configuration) => configuration.Sources.Insert(0, AppServices.Quiet))
            .ConfigureWebHost(web => web.UseKestrel().Configure(app =>
            {
                app.UseRouting();
                app.UseOwnWords();
                app.UseCallDeadline();
                app.UseNoFunction();
                app.UseEndpoints(endpoints => FunctionEndpoints.Map(endpoints, app.ApplicationServices.GetRequiredService<BoundFunctions>()));
            }))
            .ConfigureServices((context, services) =>
            {
                var app = new AppServices(services, functions);
                configure(context, app);
                join(context, app);
                // The host tells of what fails when it starts by a stack trace; what fails here is told by its sentence.
                foreach (var function in functions) BoundFunctions.Fill(function.Descriptor, context.Configuration);
            });
    }
}
