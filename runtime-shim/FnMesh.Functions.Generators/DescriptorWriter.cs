using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Generators;

/// <summary>Writes what the attributes of a function say as the expression of a descriptor.</summary>
internal static class DescriptorWriter
{
    private static readonly string[] Texts = ["Filter", "Source"];

    public static string Write(IMethodSymbol method, string name, Trigger trigger, string? route, List<Fault> faults)
    {
        var kind = trigger.IsHttp ? "Http" : trigger.IsEvent ? "Event" : "Timer";
        var parts = new List<string>
        {
            $"Name = {Quote(name)}",
            $"Trigger = FunctionTrigger.{kind}",
            $"EntryPoint = {Quote($"{method.ContainingType.ToDisplayString()}.{method.Name}")}",
        };
        var attribute = trigger.Attribute;
        var texts = attribute.ConstructorArguments.Where(argument => argument.Kind == TypedConstantKind.Array)
            .SelectMany(argument => argument.IsNull ? [] : argument.Values.Select(value => value.Value as string ?? "")).ToList();
        if (trigger.IsHttp)
        {
            parts.Add($"Methods = [{string.Join(", ", texts.Select(text => Quote(text.ToUpperInvariant())))}]");
            parts.Add($"Route = {Quote(route!)}");
            if (attribute.ConstructorArguments.FirstOrDefault(argument => argument.Kind == TypedConstantKind.Enum) is { Kind: TypedConstantKind.Enum, Value: int level })
            {
                parts.Add($"Level = (AuthorizationLevel){level}");
            }
        }
        else if (trigger.IsEvent)
        {
            parts.Add($"EventTypes = [{string.Join(", ", texts.Select(Quote))}]");
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

        if (Retry(method, name, faults) is { } retry)
        {
            parts.Add($"Retry = {retry}");
        }

        parts.Add($"Idempotent = {(method.Attribute("Idempotent") is null ? "false" : "true")}");
        return $"new FunctionDescriptor {{ {string.Join(", ", parts)} }}";
    }

    public static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string? Retry(IMethodSymbol method, string name, List<Fault> faults)
    {
        var attribute = method.Attribute("FixedDelayRetry") ?? method.Attribute("ExponentialBackoffRetry");
        if (attribute is null)
        {
            return null;
        }

        var times = new List<string>();
        foreach (var argument in attribute.ConstructorArguments.Skip(1))
        {
            if (!TimeSpan.TryParse(argument.Value as string, CultureInfo.InvariantCulture, out var time) || time < TimeSpan.Zero)
            {
                faults.Add(new(Faults.BadRetry, Place.Of(method), name, $"'{argument.Value}' is no time as 00:00:05"));
            }

            times.Add($"new global::System.TimeSpan({time.Ticks}L)");
        }

        if (attribute.ConstructorArguments[0].Value is not (int and >= 0))
        {
            faults.Add(new(Faults.BadRetry, Place.Of(method), name, "its count is below 0"));
        }

        return $"new FunctionRetry({attribute.ConstructorArguments[0].Value}, {times[0]}, {(times.Count > 1 ? times[1] : "null")})";
    }
}
