using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Generators;

/// <summary>Chooses where each parameter of a function comes from, and writes the statements that bind it to the variable <c>pN</c>.</summary>
internal sealed class ParameterWriter(Trigger trigger, List<string> routeNames, bool hasBody, List<Fault> faults)
{
    private static readonly string[] Sources = ["FromRoute", "FromQuery", "FromHeader", "FromServices", "FromKeyedServices", "FromBody"];

    private const string CloudEvent = "CloudNative.CloudEvents.CloudEvent";
    private const string OneEvent = "Arguments.Event(context)";
    private const string Alone = "several events stand alone: each has its own data; take CloudEvent[], or CloudEvent with its data";

    private bool _bodyTaken;
    private bool _oneTaken;
    private bool _batchTaken;

    /// <summary>What is asked for once, when the app starts.</summary>
    public List<string> Once { get; } = [];

    /// <summary>What must be registered.</summary>
    public List<string> Services { get; } = [];

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

        if (Foreign.Of(parameter) is var (subject, mend))
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(parameter), subject, mend));
            return "";
        }

        if (trigger.IsEvent && TakesBatch(type)) return Batch(parameter, name);

        if (Special(type) is { } special)
        {
            _oneTaken |= special == OneEvent;
            if (special == OneEvent && _batchTaken) return Fail(parameter, Alone);
            if (trigger.Kind == "Timer" && special.StartsWith("Arguments.Http", StringComparison.Ordinal)) return Fail(parameter, "a timer runs without a request");
            return $"var {name} = {special};";
        }

        var from = Sources.FirstOrDefault(key => parameter.Attribute(key) is not null);
        var wireName = from is null ? parameter.Name : parameter.Attribute(from)!.Named("Name") as string ?? parameter.Name;
        if (from is "FromServices" or "FromKeyedServices" || (from is null && !triggered && type.IsContract()))
        {
            if (Required(parameter, $"its parameter '{parameter.Name}'") is { } required) Services.Add(required);
            return $"var {name} = {Service(parameter, "context.InstanceServices")};";
        }

        if (trigger.Kind == "Timer")
        {
            return Fail(parameter, "a timer has TimerInfo, services, FunctionContext and CancellationToken");
        }

        if (trigger.IsHttp && from is "FromRoute" or null && routeNames.Contains(wireName, StringComparer.OrdinalIgnoreCase))
        {
            UsedRouteNames.Add(wireName);
            return Value(parameter, "Route", wireName);
        }

        if (from == "FromRoute")
        {
            return Fail(parameter, $"the route has no parameter '{wireName}'");
        }

        if (from is "FromQuery" or "FromHeader")
        {
            return trigger.IsHttp ? Value(parameter, from.Substring(4), wireName) : Fail(parameter, "an event has no query and no headers of its own; take CloudEvent and read its attributes");
        }

        if (trigger.IsHttp && from is null && !triggered && (ValueWriter.IsOne(type) || (!hasBody && ValueWriter.IsSeveral(type))))
        {
            return Value(parameter, "Query", wireName);
        }

        return Body(parameter, name, triggered);
    }

    /// <summary>The expression that takes a service; an optional one may be absent.</summary>
    public static string Service(IParameterSymbol parameter, string provider)
    {
        var type = parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Written();
        var required = ValueWriter.IsOptional(parameter) ? "" : "Required";
        return parameter.Attribute("FromKeyedServices") is { } keyed
            ? $"{provider}.Get{required}KeyedService<{type}>({keyed.ConstructorArguments[0].ToCSharpString()})"
            : $"{provider}.Get{required}Service<{type}>()";
    }

    /// <summary>The expression that names a service that must be registered; null for one that may be absent.</summary>
    public static string? Required(IParameterSymbol parameter, string taker)
    {
        if (ValueWriter.IsOptional(parameter)) return null;
        var type = parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated);
        var key = parameter.Attribute("FromKeyedServices") is { } keyed ? $", {keyed.ConstructorArguments[0].ToCSharpString()}" : "";
        return $"ServiceNeed.Of<{type.Written()}>({DescriptorWriter.Quote(taker)}, {DescriptorWriter.Quote(type.ToDisplayString())}{key})";
    }

    /// <summary>Whether a parameter of an event trigger takes several events at once.</summary>
    public static bool TakesBatch(ITypeSymbol type) => ValueWriter.Element(type)?.FullName() == CloudEvent;

    private string Batch(IParameterSymbol parameter, string name)
    {
        if (_bodyTaken || _oneTaken) return Fail(parameter, Alone);
        _bodyTaken = _batchTaken = true;
        return parameter.Type is INamedTypeSymbol { MetadataName: "List`1" }
            ? $"var {name} = new {parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).Written()}(Arguments.Events(context));"
            : $"var {name} = Arguments.Events(context);";
    }

    private string? Special(ITypeSymbol type)
    {
        var text = type.FullName() switch
        {
            "Microsoft.AspNetCore.Http.HttpRequest" => "Arguments.Http(context).Request",
            "Microsoft.AspNetCore.Http.HttpResponse" => "Arguments.Http(context).Response",
            "Microsoft.AspNetCore.Http.HttpContext" => "Arguments.Http(context)",
            "System.Security.Claims.ClaimsPrincipal" => "Arguments.Http(context).User",
            "FnMesh.Functions.FunctionContext" => "context",
            "System.Threading.CancellationToken" => "context.CancellationToken",
            "Microsoft.Extensions.Logging.ILogger" => "context.GetLogger(context.FunctionId)",
            "FnMesh.Functions.MeshClient" => "context.InstanceServices.GetRequiredService<MeshClient>()",
            CloudEvent when trigger.IsEvent => OneEvent,
            "FnMesh.Functions.TimerInfo" when trigger.Kind == "Timer" => "Arguments.Timer(context)",
            _ => null,
        };
        SeesRequest |= text is not null && (text.StartsWith("Arguments.Http", StringComparison.Ordinal) || text == "context");
        return text;
    }

    private string Value(IParameterSymbol parameter, string source, string wireName) => ValueWriter.IsOne(parameter.Type)
        ? ValueWriter.One(parameter, source, wireName)
        : source != "Route" && ValueWriter.IsSeveral(parameter.Type)
        ? ValueWriter.Several(parameter, source, wireName)
        : Fail(parameter, $"text makes no {parameter.Type.ToDisplayString()}; it makes strings, numbers, enumerations, what is IParsable, and out of a query or headers arrays and lists of them");

    private string Body(IParameterSymbol parameter, string name, bool triggered)
    {
        var type = parameter.Type;
        if (type.TypeKind is TypeKind.Error or TypeKind.TypeParameter or TypeKind.Pointer or TypeKind.Delegate || type.IsRefLikeType)
        {
            return Fail(parameter, $"the type {type.ToDisplayString()} is no JSON");
        }

        if (_bodyTaken)
        {
            return Fail(parameter, $"another parameter takes the {(trigger.IsHttp ? "body" : "event's data")} already; mark services with [FromServices]");
        }

        if (trigger.IsHttp && !hasBody)
        {
            return Fail(parameter, "requests by GET, HEAD or DELETE have no body; mark services with [FromServices]");
        }

        var raw = BodyText(type);
        if (trigger.IsEvent && !triggered && raw is null && type.Bare().IsSimple() && parameter.Attribute("FromBody") is null)
        {
            return Fail(parameter, "an event has no value of that name; take CloudEvent and read its attributes, or mark the data with [FromBody]");
        }

        _bodyTaken = true;
        if (raw is not null)
        {
            return $"var {name} = {raw};";
        }

        var mayBeNull = ValueWriter.IsOptional(parameter);
        Once.Add($"var json{parameter.Ordinal} = binder.Json<{type.Written()}>();");
        return $"var b{parameter.Ordinal} = await Bodies.{(trigger.IsHttp ? "Body" : "Data")}Async(context, json{parameter.Ordinal}, {(mayBeNull ? "true" : "false")}, {DescriptorWriter.Quote(parameter.Name)}); "
            + $"if (!b{parameter.Ordinal}.IsBound) return; var {name} = b{parameter.Ordinal}.Value!;";
    }

    /// <summary>What takes a body as it came; null for what is read as JSON.</summary>
    private static string? BodyText(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => "await Bodies.TextAsync(context)",
        IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => "await Bodies.BytesAsync(context)",
        INamedTypeSymbol { TypeArguments.Length: 1 } memory when memory.FullName() == "System.ReadOnlyMemory`1" && memory.TypeArguments[0].SpecialType == SpecialType.System_Byte
            => "new global::System.ReadOnlyMemory<byte>(await Bodies.BytesAsync(context))",
        _ when type.FullName() == "System.IO.Stream" => "Bodies.Stream(context)",
        _ => null,
    };

    private string Fail(IParameterSymbol parameter, string why)
    {
        faults.Add(new(Faults.Unbindable, Place.Of(parameter), parameter.Name, why));
        return "";
    }
}
