using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Writes the statements that call a function and answer with its result.</summary>
internal static class ResultWriter
{
    private const string CloudEvent = "CloudNative.CloudEvents.CloudEvent";

    public static string Write(IMethodSymbol method, string name, string call, Trigger trigger, List<string> once, List<Fault> faults)
    {
        var type = method.ReturnType;
        var waits = type.FullName() is "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" or "System.Threading.Tasks.Task`1" or "System.Threading.Tasks.ValueTask`1";
        var result = !waits ? method.ReturnsVoid ? null : type : ((INamedTypeSymbol)type).TypeArguments.FirstOrDefault();
        var run = waits ? $"await {call}" : call;
        if (result is null)
        {
            if (method is { ReturnsVoid: true, IsAsync: true })
            {
                faults.Add(new(Faults.Uncallable, Place.Of(method), name, "nobody can await async void; return Task"));
            }

            return $"{run}; await Answers.EmptyAsync(context);";
        }

        if (result.Name == "HttpResponseData")
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(method), result.Name, "return IActionResult or IResult"));
            return "";
        }

        if (!trigger.IsHttp && !trigger.IsEvent)
        {
            faults.Add(new(Faults.NobodyAnswered, Place.Of(method), name, "a value, and a timer has nobody to answer; return void or Task"));
            return "";
        }

        if (trigger.IsEvent && (result.IsOrHas("Microsoft.AspNetCore.Mvc.IActionResult") || result.TypeKind == TypeKind.Error))
        {
            faults.Add(new(Faults.NobodyAnswered, Place.Of(method), name, $"{result.Name}, and an event is answered with void, Task, CloudEvent, several of them or IResult"));
            return "";
        }

        var known = result switch
        {
            _ when result.IsOrHas("Microsoft.AspNetCore.Http.IResult") => "global::Microsoft.AspNetCore.Http.IResult?",
            _ when result.IsOrHas("Microsoft.AspNetCore.Mvc.IActionResult") => "global::Microsoft.AspNetCore.Mvc.IActionResult?",
            _ when result.IsOrHas(CloudEvent) => "global::CloudNative.CloudEvents.CloudEvent?",
            _ when Events(result) => "global::System.Collections.Generic.IEnumerable<global::CloudNative.CloudEvents.CloudEvent>?",
            _ => null,
        };
        if (known is not null)
        {
            return $"await Answers.WriteAsync(context, ({known})({run}));";
        }

        var output = method.Attribute("CloudEventOutput")?.ConstructorArguments[0].Value as string;
        if (output is null && trigger.IsEvent)
        {
            faults.Add(new(Faults.NobodyAnswered, Place.Of(method), name, $"{result.Name}, and an event is not answered with it; name the type of the event that it makes with CloudEventOutput"));
            return "";
        }

        if (output is null && result.SpecialType == SpecialType.System_String)
        {
            return $"await Answers.WriteAsync(context, {run});";
        }

        once.Add($"var jsonResult = binder.Json<{result.Written()}>();");
        return output is null
            ? $"await Answers.WriteAsync(context, {run}, jsonResult);"
            : $"await Answers.WriteEventAsync(context, {run}, jsonResult, {DescriptorWriter.Quote(output)});";
    }

    private static bool Events(ITypeSymbol type) =>
        (type is IArrayTypeSymbol { ElementType: var element } && element.FullName() == CloudEvent) ||
        type.AllInterfaces.Concat(type is INamedTypeSymbol self ? [self] : []).Any(face =>
            face.FullName() == "System.Collections.Generic.IEnumerable`1" && face.TypeArguments[0].FullName() == CloudEvent);
}
