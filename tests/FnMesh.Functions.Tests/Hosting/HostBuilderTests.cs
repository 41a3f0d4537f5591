using System.Net;
using Company.Function;
using FnMesh.Functions.Binding;
using FnMesh.Functions.Tests.Corpus;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>The older Program.cs: a HostBuilder.</summary>
public sealed class HostBuilderTests
{
    [Fact]
    public async Task A_host_builder_makes_the_same_app_with_the_services_and_middleware_of_its_lines()
    {
        using var host = FunctionsHostBuilder
            .Configure(new HostBuilder(), (context, worker) => worker.UseMiddleware<Stamp>().UseWhen<ExceptionMiddleware>(run => run.FunctionDefinition.Name == "Failing"), FunctionRegistry.All(), (_, _) => { })
            .ConfigureAppConfiguration(settings => settings.AddInMemoryCollection(new Dictionary<string, string?> { ["AREA"] = "eu", ["EVERY"] = "0 0 1 1 *" }))
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services =>
            {
                services.AddApplicationInsightsTelemetryWorkerService();
                services.ConfigureFunctionsApplicationInsights();
                services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
                RunningApp.AddCorpus(services);
            })
            .Build();
        await host.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), Timeout = TimeSpan.FromSeconds(30) };

        using var answer = await client.GetAsync("/Function1");
        Assert.Equal(("Welcome to Azure Functions!", "Function1"), (await answer.Content.ReadAsStringAsync(), answer.Headers.GetValues("x-stamp").Single()));
        Assert.Contains("\"amount\":3", await client.GetStringAsync("/eu/prices/abc"), StringComparison.Ordinal);
        using var failed = await client.GetAsync("/Failing");
        Assert.Equal(HttpStatusCode.Conflict, failed.StatusCode);
        await host.StopAsync();
    }

    [Fact]
    public void A_host_builder_outside_a_mesh_says_why_it_cannot_serve()
    {
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => new HostBuilder().ConfigureFunctionsWebApplication().Build());
        Assert.Contains("FNMESH_CONTROL is not set", fault.Message, StringComparison.Ordinal);
    }
}
