using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions;

/// <summary>The line of Azure's template about Application Insights.</summary>
public static class FunctionsApplicationInsights
{
    /// <summary>
    /// Accepted so that the template's line compiles, and changes nothing: in Azure it keeps a function's telemetry from being written twice, by the host and by the worker, and here there is no such host.
    /// The line before it, AddApplicationInsightsTelemetryWorkerService, is the package Microsoft.ApplicationInsights.WorkerService's own and does what it does everywhere.
    /// </summary>
    public static IServiceCollection ConfigureFunctionsApplicationInsights(this IServiceCollection services) => services;
}
