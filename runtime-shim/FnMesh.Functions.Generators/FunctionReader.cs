using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Reads a method that is a function.</summary>
internal static class FunctionReader
{
    private static readonly Regex Name = new("^[A-Za-z][A-Za-z0-9_-]{0,127}$");
    private static readonly string[] Bodiless = ["GET", "HEAD", "DELETE"];
    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    public static FunctionModel Read(IMethodSymbol method, AttributeData function)
    {
        var name = function.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        if (method.GetAttributes().Concat(method.Parameters.SelectMany(parameter => parameter.GetAttributes())).Any(Shapes.IsBroken))
        {
            return new(name.Length == 0 ? method.Name : name, Place.Of(method), null, new([]), null, new([]));
        }

        var faults = new List<Fault>();
        if (!Name.IsMatch(name))
        {
            faults.Add(new(Faults.BadName, Place.Of(method), name));
        }

        if (Obstacle(method) is { } obstacle)
        {
            faults.Add(new(Faults.Uncallable, Place.Of(method), name, obstacle));
        }

        var triggers = Trigger.Of(method);
        var (route, methods) = triggers.Count == 1 && triggers[0].IsHttp ? ReadHttp(method, name, triggers[0], faults) : (null, []);
        string? registration = null;
        if (triggers.Count > 1)
        {
            faults.Add(new(Faults.SeveralTriggers, Place.Of(method), name));
        }
        else if (triggers.Count == 1 && triggers[0].Kind == "Kafka")
        {
            faults.Add(new(Faults.Kafka, Place.Of(method), name));
        }
        else if (Foreign.Of(method) is var (subject, mend))
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(method), subject, mend));
        }
        else if (triggers.Count == 1)
        {
            registration = Registration(method, name, triggers[0], route, methods, faults);
        }
        else if (method.Parameters.Select(Foreign.Of).FirstOrDefault(found => found is not null) is var (taken, instead))
        {
            faults.Add(new(Faults.NoCounterpart, Place.Of(method), taken, instead));
        }
        else
        {
            faults.Add(new(Faults.NoTrigger, Place.Of(method), name));
        }

        var failed = faults.Any(fault => fault.Kind.DefaultSeverity == DiagnosticSeverity.Error);
        var shape = route is null ? null : Regex.Replace(route.ToLowerInvariant(), @"\{(\*{0,2})[^}:=?]+", "{$1");
        return new(name, Place.Of(method), shape, new(methods), failed ? null : registration, new(faults));
    }

    private static (string Route, List<string> Methods) ReadHttp(IMethodSymbol method, string name, Trigger trigger, List<Fault> faults)
    {
        var methods = trigger.Attribute.ConstructorArguments.Where(argument => argument is { Kind: TypedConstantKind.Array, IsNull: false })
            .SelectMany(argument => argument.Values).Select(value => (value.Value as string ?? "").ToUpperInvariant()).ToList();
        faults.AddRange(methods.Where(verb => !Verbs.Contains(verb)).Select(verb => new Fault(Faults.BadMethod, Place.Of(method), verb, $"one of {string.Join(", ", Verbs)}")));
        return (((trigger.Attribute.Named("Route") as string) ?? name).TrimStart('/'), methods);
    }

    private static string Registration(IMethodSymbol method, string name, Trigger trigger, string? route, List<string> methods, List<Fault> faults)
    {
        var names = new List<string>();
        if (route is not null && RouteText.Read(Regex.Replace(route, "%[^%]+%", "x"), trigger.NamesLevel, out names) is { } fault)
        {
            faults.Add(new(Faults.BadRoute, Place.Of(method), route, fault));
        }

        var parameters = new ParameterWriter(trigger, names, methods.Count == 0 || methods.Any(verb => !Bodiless.Contains(verb)), faults);
        var statements = method.Parameters.Select(parameters.Write).ToList();
        if (!parameters.SeesRequest)
        {
            faults.AddRange(names.Where(unused => !parameters.UsedRouteNames.Contains(unused))
                .Select(unused => new Fault(Faults.UnusedRouteParameter, Place.Of(method), unused)));
        }

        var call = $"{(method.IsStatic ? method.ContainingType.Written() : "function")}.@{method.Name}({string.Join(", ", method.Parameters.Select(parameter => $"p{parameter.Ordinal}"))})";
        var answer = ResultWriter.Write(method, name, call, trigger, parameters.Once, faults);
        var descriptor = DescriptorWriter.Write(method, name, trigger, route, methods, faults);
        var instance = method.IsStatic ? "" : InstanceWriter.Write(method, name, parameters.Services, faults);
        var lines = parameters.Once.Concat(["return async context =>", "{"]).Concat(statements).Concat([instance, answer, "};"]);
        return $"        FunctionRegistry.Add(new FunctionRegistration({descriptor}, static binder =>\n        {{\n{string.Join("\n", lines.Where(line => line.Length > 0).Select(line => "            " + line))}\n        }}){Services(parameters.Services)});\n";
    }

    private static string Services(List<string> services) => services.Count == 0 ? "" : $" {{ Services = [{string.Join(", ", services)}] }}";

    private static string? Obstacle(IMethodSymbol method)
    {
        if (method.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal))
        {
            return "it is not public";
        }

        if (method.IsGenericMethod)
        {
            return "it is generic";
        }

        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.IsGenericType || type.IsFileLocal || type.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
            {
                return $"the type {type.Name} is generic or hidden";
            }
        }

        return method switch
        {
            { IsStatic: true } => null,
            { ContainingType: { IsAbstract: true } or { TypeKind: not TypeKind.Class } } => $"there are no instances of the type {method.ContainingType.Name}",
            _ when !method.ContainingType.InstanceConstructors.Any(constructor => constructor.DeclaredAccessibility == Accessibility.Public)
                => $"the type {method.ContainingType.Name} has no public constructor",
            _ => null,
        };
    }
}
