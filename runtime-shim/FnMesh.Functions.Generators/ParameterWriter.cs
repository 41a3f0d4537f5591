using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Generators;

/// <summary>Writes the statements that bind one parameter of a function to the variable <c>pN</c>.</summary>
internal sealed class ParameterWriter(Trigger trigger, List<string> routeNames, bool hasBody, List<Fault> faults)
{
    private static readonly string[] Sources = ["FromRoute", "FromQuery", "FromHeader", "FromServices", "FromKeyedServices", "FromBody"];

    private bool _bodyTaken;

    /// <summary>What is asked for once, when the app starts.</summary>
    public List<string> Once { get; } = [];

    public HashSet<string> UsedRouteNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a parameter reaches the whole request, and through it every value of the route.</summary>
    public bool SeesRequest { get; private set; }

    public string Write(IParameterSymbol parameter)
    {
        var type = parameter.Type;
        var name = $"p{parameter.Ordinal}";
        var triggered = SymbolEqualityComparer.Default.Equals(parameter, trigger.On);
        if (parameter.RefKind != RefKind.None)
        {
            return Fail(parameter, "it is passed by reference");
        }

        if (type.Name is "HttpRequestData" or "HttpResponseData")
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(parameter), type.Name, "take HttpRequest of ASP.NET Core and return IActionResult or IResult"));
            return "";
        }

        var foreign = parameter.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { TypeKind: TypeKind.Error });
        if (foreign is not null)
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(parameter), foreign.AttributeClass!.Name, "use an HTTP, event or timer trigger, and a client of the store as a service"));
            return "";
        }

        if (Special(type) is { } special)
        {
            return $"var {name} = {special};";
        }

        var from = Sources.FirstOrDefault(key => parameter.Attribute(key) is not null);
        var wireName = from is null ? parameter.Name : parameter.Attribute(from)!.Named("Name") as string ?? parameter.Name;
        if (from is "FromServices" or "FromKeyedServices" || (from is null && !triggered && type.IsContract()))
        {
            return $"var {name} = {Service(parameter, "context.InstanceServices")};";
        }

        if (trigger.Kind == "Timer")
        {
            return Fail(parameter, "a timer has TimerInfo, services, FunctionContext and CancellationToken");
        }

        if (trigger.IsHttp && from is "FromRoute" or null && routeNames.Contains(wireName, StringComparer.OrdinalIgnoreCase))
        {
            UsedRouteNames.Add(wireName);
            return Simple(parameter, name, "Route", wireName);
        }

        if (from == "FromRoute")
        {
            return Fail(parameter, $"the route has no parameter '{wireName}'");
        }

        if (trigger.IsHttp && from is "FromQuery" or "FromHeader")
        {
            return Simple(parameter, name, from.Substring(4), wireName);
        }

        if (trigger.IsHttp && from is null && !triggered && type.Bare().IsSimple())
        {
            return Simple(parameter, name, "Query", wireName);
        }

        return Body(parameter, name, triggered);
    }

    /// <summary>The expression that takes a service; an optional one may be absent.</summary>
    public static string Service(IParameterSymbol parameter, string provider)
    {
        var type = parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Written();
        if (parameter.Attribute("FromKeyedServices") is { } keyed)
        {
            return $"{provider}.GetRequiredKeyedService<{type}>({keyed.ConstructorArguments[0].ToCSharpString()})";
        }

        return IsOptional(parameter) ? $"{provider}.GetService<{type}>()" : $"{provider}.GetRequiredService<{type}>()";
    }

    private static bool IsOptional(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue || parameter.NullableAnnotation == NullableAnnotation.Annotated;

    private string? Special(ITypeSymbol type)
    {
        var text = type.FullName() switch
        {
            "Microsoft.AspNetCore.Http.HttpRequest" => "Arguments.Http(context).Request",
            "Microsoft.AspNetCore.Http.HttpContext" => "Arguments.Http(context)",
            "System.Security.Claims.ClaimsPrincipal" => "Arguments.Http(context).User",
            "FnMesh.Functions.FunctionContext" => "context",
            "System.Threading.CancellationToken" => "context.CancellationToken",
            "Microsoft.Extensions.Logging.ILogger" => "context.GetLogger(context.FunctionId)",
            "CloudNative.CloudEvents.CloudEvent" when trigger.IsEvent => "Arguments.Event(context)",
            "FnMesh.Functions.TimerInfo" when trigger.Kind == "Timer" => "Arguments.Timer(context)",
            _ => null,
        };
        SeesRequest |= text is not null && (text.StartsWith("Arguments.Http", StringComparison.Ordinal) || text == "context");
        return trigger.Kind == "Timer" && text?.StartsWith("Arguments.Http", StringComparison.Ordinal) == true ? null : text;
    }

    private string Body(IParameterSymbol parameter, string name, bool triggered)
    {
        if (parameter.Type.TypeKind is TypeKind.Error or TypeKind.TypeParameter or TypeKind.Pointer or TypeKind.Delegate || parameter.Type.IsRefLikeType)
        {
            return Fail(parameter, $"the type {parameter.Type.ToDisplayString()} is no JSON");
        }

        if (_bodyTaken)
        {
            return Fail(parameter, "another parameter takes the body already; mark services with [FromServices]");
        }

        if (!hasBody)
        {
            return Fail(parameter, "requests by GET, HEAD or DELETE have no body; mark services with [FromServices]");
        }

        if (trigger.IsEvent && !triggered && parameter.Type.Bare().IsSimple() && parameter.Attribute("FromBody") is null)
        {
            return Fail(parameter, "an event has no value of that name; take CloudEvent and read its attributes, or mark the data with [FromBody]");
        }

        _bodyTaken = true;
        if (trigger.IsHttp && parameter.Type.SpecialType == SpecialType.System_String)
        {
            return $"var {name} = await Arguments.TextAsync(context);";
        }

        var mayBeNull = IsOptional(parameter) || parameter.Type.Bare() is var bare && !SymbolEqualityComparer.Default.Equals(bare, parameter.Type);
        Once.Add($"var json{parameter.Ordinal} = binder.Json<{parameter.Type.Written()}>();");
        return $"var b{parameter.Ordinal} = await Arguments.{(trigger.IsHttp ? "Body" : "Data")}Async(context, json{parameter.Ordinal}, {(mayBeNull ? "true" : "false")}); "
            + $"if (!b{parameter.Ordinal}.IsBound) return; var {name} = b{parameter.Ordinal}.Value!;";
    }

    private string Simple(IParameterSymbol parameter, string name, string source, string wireName)
    {
        var type = parameter.Type.Bare();
        if (!type.IsSimple())
        {
            return Fail(parameter, $"one piece of text makes no {type.ToDisplayString()}");
        }

        var (text, written) = ($"Arguments.{source}(context, {DescriptorWriter.Quote(wireName)})", type.Written());
        var refuse = $"{{ await Arguments.RefuseAsync(context, \"{source.ToLowerInvariant()}\", {DescriptorWriter.Quote(wireName)}, {DescriptorWriter.Quote(type.ToDisplayString())}); return; }}";
        var optional = IsOptional(parameter) || !SymbolEqualityComparer.Default.Equals(type, parameter.Type);
        if (type.SpecialType == SpecialType.System_String)
        {
            return optional || parameter.NullableAnnotation == NullableAnnotation.None
                ? $"var {name} = {text} ?? {Default(parameter)};"
                : $"if ({text} is not {{ }} {name}) {refuse}";
        }

        var parse = type.TypeKind == TypeKind.Enum ? $"Arguments.TryParseEnum<{written}>" : $"Arguments.TryParse<{written}>";
        return optional
            ? $"{parameter.Type.Written()} {name} = {Default(parameter)}; if ({text} is {{ }} t{parameter.Ordinal}) {{ if (!{parse}(t{parameter.Ordinal}, out var v{parameter.Ordinal})) {refuse} {name} = v{parameter.Ordinal}; }}"
            : $"if (!{parse}({text}, out var {name})) {refuse}";
    }

    private static string Default(IParameterSymbol parameter)
    {
        var type = parameter.Type.Written();
        return parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value }
            ? $"({type})({(value is decimal number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) + "m" : SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false))})"
            : $"default({type})";
    }

    private string Fail(IParameterSymbol parameter, string why)
    {
        faults.Add(new(Faults.Unbindable, Place.Of(parameter), parameter.Name, why));
        return "";
    }
}
