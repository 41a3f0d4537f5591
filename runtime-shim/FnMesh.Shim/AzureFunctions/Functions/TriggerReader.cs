using FnMesh.Policy.Cesql;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;
using Microsoft.AspNetCore.Routing.Patterns;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>Reads what a function runs for.</summary>
internal static class TriggerReader
{
    private static readonly string[] ReservedRoutes = ["admin", "runtime"];

    /// <exception cref="BindingFault">The mesh has nothing for it, or it is wrong.</exception>
    public static Trigger Read(string function, IReadOnlyList<RawBinding> bindings, HostFile host)
    {
        if (bindings.Where(binding => binding.IsTrigger).ToArray() is not [var trigger])
            throw new BindingFault($"it has {bindings.Count(binding => binding.IsTrigger)} triggers, and a function has one");
        if (trigger.IsDeferred)
            throw new BindingFault($"its parameter '{trigger.Name}' is of a type of an Azure SDK that only Azure's own messages make ({trigger.Type}); take a string, byte[] or a type of your own", FunctionRefusal.Deferred);
        return trigger.Type.ToUpperInvariant() switch
        {
            "HTTPTRIGGER" => Http(function, trigger, bindings, host),
            "CLOUDEVENTTRIGGER" => CloudEvent(trigger),
            "EVENTGRIDTRIGGER" => new EventTrigger(trigger.Name, EventForm.EventGrid, [.. trigger.Texts("eventType"), .. trigger.Texts("eventTypes")], trigger.Text("source"), FilterOf(trigger), trigger.DataType, trigger.IsMany),
            "KAFKATRIGGER" => new EventTrigger(trigger.Name, EventForm.Kafka, [TopicOf(trigger)], null, null, trigger.DataType, trigger.IsMany),
            "TIMERTRIGGER" => new TimerTrigger(
                trigger.Name,
                TimerSchedule.Parse(trigger.Text("schedule") ?? throw new BindingFault("its timer has no schedule")),
                trigger.Flag("runOnStartup", otherwise: false),
                trigger.Flag("useMonitor", otherwise: true)),
            _ => throw new BindingFault($"it runs for {trigger.Type}, which the mesh has nothing for; httpTrigger, kafkaTrigger, eventGridTrigger, cloudEventTrigger and timerTrigger are served", FunctionRefusal.Trigger),
        };
    }

    private static string? FilterOf(RawBinding trigger) => trigger.Text("filter") is not { Length: > 0 } filter ? null
        : CesqlExpression.Fault(filter) is { } fault ? throw new BindingFault($"its filter is no CESQL that an event could pass: {fault}")
        : filter;

    private static string TopicOf(RawBinding trigger) => trigger.Text("topic") is { Length: > 0 } topic ? topic : throw new BindingFault("its kafkaTrigger names no topic; in the mesh the topic is the type of the events");

    private static EventTrigger CloudEvent(RawBinding trigger)
    {
        var form = trigger.Text("payload")?.ToUpperInvariant() switch
        {
            null or "DATA" => EventForm.CloudEventData,
            "EVENT" => EventForm.CloudEvent,
            _ => throw new BindingFault("payload of its cloudEventTrigger is 'data', the default, or 'event'"),
        };
        return new EventTrigger(trigger.Name, form, [.. trigger.Texts("eventType"), .. trigger.Texts("eventTypes"), .. trigger.Texts("types")], trigger.Text("source"), FilterOf(trigger), trigger.DataType, trigger.IsMany);
    }

    private static HttpCallTrigger Http(string function, RawBinding trigger, IReadOnlyList<RawBinding> bindings, HostFile host)
    {
        var written = trigger.Text("route") is { Length: > 0 } route ? route.TrimStart('/') : function;
        if (Array.Exists(ReservedRoutes, reserved => written.Split('/')[0].Equals(reserved, StringComparison.OrdinalIgnoreCase)))
            throw new BindingFault($"its route '{written}' begins with a name that Azure keeps for itself (admin, runtime)");
        var whole = host.RoutePrefix.Length == 0 ? written : $"{host.RoutePrefix}/{written}";
        try
        {
            RoutePatternFactory.Parse(whole);
        }
        catch (RoutePatternException fault)
        {
            throw new BindingFault($"its route '{written}' is no template: {fault.Message}");
        }

        var outputs = bindings.Where(binding => binding.IsOf("http") && binding.Direction == BindingInfo.Types.Direction.Out).Select(binding => binding.Name);
        return new HttpCallTrigger(
            trigger.Name,
            whole,
            [.. trigger.Texts("methods").Select(method => method.ToUpperInvariant())],
            trigger.Text("authLevel")?.ToUpperInvariant() switch
            {
                "ANONYMOUS" => "anonymous",
                "ADMIN" or "SYSTEM" => "admin",
                _ => "function",
            },
            outputs.FirstOrDefault() ?? EventOutput.Returned);
    }
}
