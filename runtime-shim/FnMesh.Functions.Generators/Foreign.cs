using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FnMesh.Functions.Generators;

/// <summary>What Azure or ASP.NET Core has and functions here have not, with what to do instead.</summary>
internal static class Foreign
{
    private const string Store = "use an HTTP, event or timer trigger, and a client of the store as a service";

    /// <summary>Of a parameter: its type, or an attribute of it; null when there is nothing.</summary>
    public static (string Subject, string Mend)? Of(IParameterSymbol parameter)
    {
        if (parameter.Type.Name is "HttpRequestData" or "HttpResponseData") return (parameter.Type.Name, "take HttpRequest of ASP.NET Core and return IActionResult or IResult");
        if (parameter.Type.Name is "IFormFile" or "IFormFileCollection" or "IFormCollection") return (parameter.Type.Name, "take HttpRequest and await its ReadFormAsync");
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass is not { } type) continue;
            // FromBody beside a using of Microsoft.AspNetCore.Mvc: the compiler says that two have the name.
            if (type is IErrorTypeSymbol { CandidateReason: CandidateReason.Ambiguous }) continue;
            if (type.TypeKind == TypeKind.Error) return (type.Name, Store);
            if (type.Name is "FromFormAttribute") return (type.Name, "take HttpRequest and await its ReadFormAsync");
            if (type.Name is "AsParametersAttribute") return (type.Name, "take each value as a parameter of its own");
            if (type.Name == "EventGridTriggerAttribute" && attribute.Named("IsBatched") is true) return ("IsBatched", "take CloudEvent[] without it, and write delivery.batch in the Subscription");
        }

        return null;
    }

    /// <summary>Of a method: a binding of Azure that is not known.</summary>
    public static (string Subject, string Mend)? Of(IMethodSymbol method)
    {
        var unknown = method.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass is { TypeKind: TypeKind.Error } type && IsBinding(type.Name));
        return unknown is null ? null : (unknown.AttributeClass!.Name, Mend(unknown.AttributeClass.Name));
    }

    /// <summary>Of a result: Azure's own answer, or a class of several outputs.</summary>
    public static (string Subject, string Mend)? Of(ITypeSymbol result)
    {
        if (result.Name == "HttpResponseData") return (result.Name, "return IActionResult or IResult");
        var output = result.GetMembers().OfType<IPropertySymbol>().SelectMany(property => property.GetAttributes())
            .FirstOrDefault(attribute => attribute.AttributeClass is { TypeKind: TypeKind.Error } type && (IsBinding(type.Name) || type.Name.StartsWith("HttpResult", StringComparison.Ordinal)));
        return output is null ? null : (output.AttributeClass!.Name, "return the answer, and publish events with MeshClient");
    }

    /// <summary>Whether a node may be a type of Azure's own requests and answers.</summary>
    public static bool IsNamed(SyntaxNode node) => node is IdentifierNameSyntax { Identifier.ValueText: "HttpRequestData" or "HttpResponseData" };

    /// <summary>Of a node that is named so, outside of a function's own parameters and result: null where it is a type that is there.</summary>
    public static Fault? Of(GeneratorSyntaxContext found, CancellationToken cancel)
    {
        if (found.SemanticModel.GetSymbolInfo(found.Node, cancel).Symbol is not null) return null;
        if (found.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is MethodDeclarationSyntax method && found.Node.FirstAncestorOrSelf<BlockSyntax>() is null
            && found.SemanticModel.GetDeclaredSymbol(method, cancel)?.Attribute("Function") is not null) return null;
        var name = found.Node.ToString();
        return new(Faults.NoCounterpart, Place.Of(found.Node.GetLocation()), name, name == "HttpRequestData" ? "take HttpRequest of ASP.NET Core, in middleware GetHttpContext()!.Request" : "return IActionResult or IResult, and set headers in GetHttpContext()!.Response");
    }

    private static string Mend(string name) => name.Contains("Output") ? "publish events with CloudEventOutput or MeshClient; write to a store with its client as a service" : Store;

    private static bool IsBinding(string name) => Regex.IsMatch(name, "(Trigger|Input|Output)(Attribute)?$");
}
