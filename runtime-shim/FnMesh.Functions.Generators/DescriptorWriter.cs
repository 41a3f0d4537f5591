using FnMesh.Policy.Cesql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Generators;

/// <summary>Writes what the attributes of a function say as the expression of a descriptor.</summary>
internal static class DescriptorWriter
{
    private static readonly string[] Texts = ["Filter", "Source"];

    public static string Write(IMethodSymbol method, string name, Trigger trigger, string? route, List<string> methods, List<Fault> faults)
    {
        var kind = trigger.IsHttp ? "Http" : trigger.IsEvent ? "Event" : "Timer";
        var parts = new List<string>
        {
            $"Name = {Quote(name)}",
            $"Trigger = FunctionTrigger.{kind}",
            $"EntryPoint = {Quote($"{method.ContainingType.ToDisplayString()}.{method.Name}")}",
            $"Assembly = {Quote(method.ContainingAssembly.Name)}",
            $"InputBindings = Binding({Quote(trigger.On?.Name ?? "trigger")}, {Quote($"{char.ToLowerInvariant(trigger.Kind[0])}{trigger.Kind.Substring(1)}Trigger")})",
        };
        var attribute = trigger.Attribute;
        if (trigger.IsHttp)
        {
            parts.Add($"Methods = [{string.Join(", ", methods.Select(Quote))}]");
            parts.Add($"Route = {Quote(route!)}");
            if (attribute.ConstructorArguments.FirstOrDefault(argument => argument.Kind == TypedConstantKind.Enum) is { Kind: TypedConstantKind.Enum, Value: int level })
            {
                parts.Add($"Level = (AuthorizationLevel){level}");
            }
        }
        else if (trigger.IsEvent)
        {
            var types = attribute.ConstructorArguments.Where(argument => argument is { Kind: TypedConstantKind.Array, IsNull: false }).SelectMany(argument => argument.Values).Select(value => value.Value as string ?? "").ToList();
            types.ForEach(type => CheckType(method, type, faults));
            parts.Add($"EventTypes = [{string.Join(", ", types.Select(Quote))}]");
            if (attribute.Named("Filter") is string filter && CesqlFilter.Fault(filter) is { } flaw)
            {
                faults.Add(new(Faults.BadFilter, Place.Of(method), name, flaw.In(filter)));
            }

            if (method.Parameters.Any(parameter => ParameterWriter.TakesBatch(parameter.Type))) parts.Add("TakesBatches = true");
            parts.AddRange(Texts.Where(key => attribute.Named(key) is string).Select(key => $"{key} = {Quote((string)attribute.Named(key)!)}"));
        }
        else
        {
            var schedule = attribute.ConstructorArguments[0].Value as string ?? "";
            if (ScheduleText.Fault(schedule) is { } fault)
            {
                faults.Add(new(Faults.BadSchedule, Place.Of(method), schedule, fault));
            }

            parts.Add($"Schedule = {Quote(schedule)}");
            parts.Add($"RunOnStartup = {(attribute.Named("RunOnStartup") is true ? "true" : "false")}");
        }

        if (RetryWriter.Write(method, name, trigger, faults) is { } retry)
        {
            parts.Add($"Retry = {retry}");
        }

        if (method.Attribute("CloudEventOutput")?.ConstructorArguments[0].Value is var output and not null)
        {
            CheckType(method, output as string ?? "", faults);
        }

        var idempotent = method.Attribute("Idempotent") is not null;
        if (idempotent && !trigger.IsHttp)
        {
            faults.Add(new(Faults.NoEffect, Place.Of(method), "Idempotent", "events are redelivered and timers repeated in any case; it is for calls"));
        }

        parts.Add($"Idempotent = {(idempotent ? "true" : "false")}");
        return $"new FunctionDescriptor {{ {string.Join(", ", parts)} }}";
    }

    public static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static void CheckType(IMethodSymbol method, string type, List<Fault> faults)
    {
        if (type.Trim().Length == 0) faults.Add(new(Faults.BadEventType, Place.Of(method), type, "it is empty; leave it out to take every type"));
        else if (type.Contains("*")) faults.Add(new(Faults.BadEventType, Place.Of(method), type, "types are exact; write a Subscription with a prefix filter in a policy file for more"));
    }
}
