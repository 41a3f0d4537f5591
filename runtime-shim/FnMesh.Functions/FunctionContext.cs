using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CloudNative.CloudEvents;
using FnMesh.Functions.Binding;
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
    private InvocationResult? _result;
    private List<object>? _owned;

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

    [Obsolete(AzureMembers.BindingContext, error: true, DiagnosticId = AzureMembers.Code, UrlFormat = AzureMembers.Document), EditorBrowsable(EditorBrowsableState.Never)]
    public dynamic BindingContext => throw new NotSupportedException(AzureMembers.BindingContext);

    [Obsolete(AzureMembers.Features, error: true, DiagnosticId = AzureMembers.Code, UrlFormat = AzureMembers.Document), EditorBrowsable(EditorBrowsableState.Never)]
    public dynamic Features => throw new NotSupportedException(AzureMembers.Features);

    internal CloudEvent? Event { get; init; }

    /// <summary>The events of a function that takes several at once; null for any other.</summary>
    internal CloudEvent[]? Events { get; init; }

    /// <summary>The event's data as it was delivered.</summary>
    internal ReadOnlyMemory<byte> EventData { get; init; }

    internal TimerInfo? Timer { get; init; }

    /// <summary>0 for the first run of a timer that is due.</summary>
    internal int Repetition { get; init; }

    /// <summary>Whether answers are held for the middleware rather than written.</summary>
    internal bool Holds { get; private set; }

    /// <summary>What the function returned, for middleware to read and replace until the outermost one has ended.</summary>
    public InvocationResult GetInvocationResult() => _result ??= new();

    /// <inheritdoc cref="GetInvocationResult()"/>
    /// <exception cref="InvalidOperationException">What was returned is of another type.</exception>
    public InvocationResult<T> GetInvocationResult<T>() => GetInvocationResult() is { Value: null or T } result
        ? new(result) : throw new InvalidOperationException($"{FunctionId} returned {_result!.Value!.GetType()}, and a middleware asks for {typeof(T)}; ask for {nameof(GetInvocationResult)}() and look at its Value.");

    /// <summary>The request that runs the function, a delivery included; null for a timer.</summary>
    public HttpContext? GetHttpContext() => _http;

    public ILogger<T> GetLogger<T>() => InstanceServices.GetRequiredService<ILogger<T>>();

    public ILogger GetLogger(string categoryName) => InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);

    /// <summary>Runs the function with the middleware around it, and writes its answer when all of them have ended.</summary>
    internal async Task RunHeldAsync(FunctionExecutionDelegate execute)
    {
        Holds = true;
        try
        {
            await execute(this);
            Holds = false;
            if (_result is { IsSet: true } result) await WriteAsync(result);
        }
        finally
        {
            await ReleaseAsync(0);
        }
    }

    /// <summary>One that cannot be disposed of keeps none of the others.</summary>
    private async ValueTask ReleaseAsync(int next)
    {
        if (_owned is null || next == _owned.Count) return;
        try
        {
            await OwnedInstance.ReleaseAsync(_owned[next]);
        }
        finally
        {
            await ReleaseAsync(next + 1);
        }
    }

    private async Task WriteAsync(InvocationResult result)
    {
        var begun = _http?.Response.HasStarted == true;
        try
        {
            await result.WriteAsync(this);
        }
        catch (InvalidOperationException late) when (begun)
        {
            throw new InvalidOperationException($"{FunctionId}: its answer was begun before its result could be written; a middleware that answers by itself sets {nameof(GetInvocationResult)}().{nameof(InvocationResult.Value)} to null.", late);
        }
    }

    internal Task Hold(object? value, Func<FunctionContext, object, Task?>? write = null)
    {
        GetInvocationResult().Hold(value, write);
        return Task.CompletedTask;
    }

    /// <summary>Disposes of it when the answer has been written: what was returned may still be made by it.</summary>
    internal void Own(object instance) => (_owned ??= []).Add(instance);

    private string? Header(string name) => _http is not null && _http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
