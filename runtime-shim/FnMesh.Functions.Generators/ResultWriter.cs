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
        var output = method.Attribute("CloudEventOutput")?.ConstructorArguments[0].Value as string;
        if (result is null)
        {
            if (method is { ReturnsVoid: true, IsAsync: true }) faults.Add(new(Faults.Uncallable, Place.Of(method), name, "nobody can await async void; return Task"));
            if (output is not null) faults.Add(new(Faults.NoEffect, Place.Of(method), "CloudEventOutput", "the function returns nothing"));
            return $"{run}; await Answers.EmptyAsync(context);";
        }

        if (Foreign.Of(result) is var (subject, mend))
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(method), subject, mend));
            return "";
        }

        var known = Known(result);
        if (output is not null && known is not null) faults.Add(new(Faults.NoEffect, Place.Of(method), "CloudEventOutput", $"{result.Name} is an answer by itself; return the data of the event"));
        if (Nowhere(result, known, output, trigger) is { } nowhere)
        {
            faults.Add(new(Faults.NobodyAnswered, Place.Of(method), name, nowhere));
            return "";
        }

        if (known is not null) return $"await Answers.WriteAsync(context, ({known})({run}));";
        if (output is null && Raw(result)) return $"await Answers.WriteAsync(context, {run});";
        once.Add($"var jsonResult = binder.Json<{result.Written()}>();");
        if (output is not null) once.Add($"var outputType = binder.Setting({DescriptorWriter.Quote(output)}, {DescriptorWriter.Quote(name)});");
        return output is null
            ? $"await Answers.WriteAsync(context, {run}, jsonResult);"
            : $"await Answers.WriteEventAsync(context, {run}, jsonResult, outputType);";
    }

    /// <summary>Why a result reaches nobody; null when it does.</summary>
    private static string? Nowhere(ITypeSymbol result, string? known, string? output, Trigger trigger)
    {
        if (result.IsTupleType) return "a tuple, whose names JSON does not show; return a record";
        if (result.TypeKind == TypeKind.Error) return $"{result.Name}, which is no type";
        if (trigger.IsHttp || output is not null || known?.Contains(CloudEvent) == true) return null;
        if (!trigger.IsEvent) return "a value, and a timer has nobody to answer; return void, Task or CloudEvent, or name the type of the event that it makes with CloudEventOutput";
        return known is null or not "global::Microsoft.AspNetCore.Http.IResult?"
            ? $"{result.Name}, and an event is not answered with it; return void, Task, IResult or CloudEvent, or name the type of the event that it makes with CloudEventOutput"
            : null;
    }

    private static string? Known(ITypeSymbol result) => result switch
    {
        _ when result.IsOrHas("Microsoft.AspNetCore.Http.IResult") => "global::Microsoft.AspNetCore.Http.IResult?",
        _ when result.IsOrHas("Microsoft.AspNetCore.Mvc.IActionResult") => "global::Microsoft.AspNetCore.Mvc.IActionResult?",
        _ when result.IsOrHas("Microsoft.AspNetCore.Mvc.Infrastructure.IConvertToActionResult") => "global::Microsoft.AspNetCore.Mvc.Infrastructure.IConvertToActionResult?",
        _ when result.IsOrHas(CloudEvent) => $"global::{CloudEvent}?",
        _ when IsSequenceOfEvents(result, "System.Collections.Generic.IEnumerable`1") => $"global::System.Collections.Generic.IEnumerable<global::{CloudEvent}>?",
        _ when IsSequenceOfEvents(result, "System.Collections.Generic.IAsyncEnumerable`1") => $"global::System.Collections.Generic.IAsyncEnumerable<global::{CloudEvent}>?",
        _ => null,
    };

    private static bool Raw(ITypeSymbol result) =>
        result.SpecialType == SpecialType.System_String || result is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } || result.IsStream();

    private static bool IsSequenceOfEvents(ITypeSymbol type, string sequence) =>
        type.AllInterfaces.Concat(type is INamedTypeSymbol self ? [self] : []).Any(face => face.FullName() == sequence && face.TypeArguments[0].FullName() == CloudEvent);
}
