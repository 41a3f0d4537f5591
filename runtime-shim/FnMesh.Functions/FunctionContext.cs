using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions;

/// <summary>One run of one function.</summary>
public sealed class FunctionContext
{
    private readonly HttpContext? _http;

    internal FunctionContext(FunctionDescriptor definition, string invocationId, IServiceProvider services, HttpContext? http, CancellationToken cancel)
    {
        FunctionDefinition = definition;
        InvocationId = invocationId;
        InstanceServices = services;
        CancellationToken = cancel;
        _http = http;
    }

    public string InvocationId { get; }

    public string FunctionId => FunctionDefinition.Name;

    public FunctionDescriptor FunctionDefinition { get; }

    /// <summary>The services of this run's scope.</summary>
    public IServiceProvider InstanceServices { get; set; }

    /// <summary>What middleware and function hand one another.</summary>
    public IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    /// <summary>Signals that nobody waits for the run any more.</summary>
    public CancellationToken CancellationToken { get; }

    internal CloudEvent? Event { get; init; }

    /// <summary>The event's data as it was delivered.</summary>
    internal ReadOnlyMemory<byte> EventData { get; init; }

    internal TimerInfo? Timer { get; init; }

    /// <summary>The request that runs the function, a delivery included; null for a timer.</summary>
    public HttpContext? GetHttpContext() => _http;

    public ILogger<T> GetLogger<T>() => InstanceServices.GetRequiredService<ILogger<T>>();

    public ILogger GetLogger(string categoryName) => InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
}
