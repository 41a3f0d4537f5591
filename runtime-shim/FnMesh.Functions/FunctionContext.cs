using System.Diagnostics;
using System.Globalization;
using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FnMesh.Functions;

/// <summary>One run of one function.</summary>
public sealed class FunctionContext
{
    private readonly HttpContext? _http;

    private IDictionary<object, object>? _items;
    private string? _invocationId;

    internal FunctionContext(FunctionDescriptor definition, HttpContext http)
    {
        FunctionDefinition = definition;
        InstanceServices = http.RequestServices;
        CancellationToken = http.RequestAborted;
        _http = http;
    }

    internal FunctionContext(FunctionDescriptor definition, string invocationId, IServiceProvider services, CancellationToken cancel)
    {
        FunctionDefinition = definition;
        InstanceServices = services;
        CancellationToken = cancel;
        _invocationId = invocationId;
    }

    public string InvocationId => _invocationId ??= _http!.TraceIdentifier;

    public string FunctionId => FunctionDefinition.Name;

    public FunctionDescriptor FunctionDefinition { get; }

    /// <summary>The services of this run's scope.</summary>
    public IServiceProvider InstanceServices { get; set; }

    /// <summary>What middleware and function hand one another.</summary>
    public IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    /// <summary>The trace that the run is part of.</summary>
    public TraceContext TraceContext => new(Activity.Current?.Id ?? Header("traceparent") ?? "", Activity.Current?.TraceStateString ?? Header("tracestate") ?? "");

    /// <summary>How often the event was delivered before, or the timer tried; null for a call.</summary>
    public RetryContext? RetryContext => FunctionDefinition.Trigger switch
    {
        FunctionTrigger.Event => new(int.TryParse(Header("fnmesh-delivery"), NumberStyles.None, CultureInfo.InvariantCulture, out var delivery) ? delivery - 1 : 0, FunctionDefinition.Retry?.Count),
        FunctionTrigger.Timer => new(Repetition, FunctionDefinition.Retry?.Count ?? 0),
        _ => null,
    };

    /// <summary>Signals that nobody waits for the run any more.</summary>
    public CancellationToken CancellationToken { get; }

    internal CloudEvent? Event { get; init; }

    /// <summary>The event's data as it was delivered.</summary>
    internal ReadOnlyMemory<byte> EventData { get; init; }

    internal TimerInfo? Timer { get; init; }

    /// <summary>0 for the first run of a timer that is due.</summary>
    internal int Repetition { get; init; }

    /// <summary>The request that runs the function, a delivery included; null for a timer.</summary>
    public HttpContext? GetHttpContext() => _http;

    public ILogger<T> GetLogger<T>() => InstanceServices.GetRequiredService<ILogger<T>>();

    public ILogger GetLogger(string categoryName) => InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);

    private string? Header(string name) => _http is not null && _http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
