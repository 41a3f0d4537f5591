using System.ComponentModel;

namespace FnMesh.Functions;

/// <summary>Members of Azure that have no counterpart: the compiler says what to do instead.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AzureMembers
{
    internal const string Code = "FNF0009";
    internal const string Document = "docs/functions.md of the package FnMesh.Functions";
    internal const string BindingContext = "'BindingContext' has no counterpart in FnMesh: read route, query and headers from GetHttpContext()!.Request, or take CloudEvent in the function";
    internal const string Features = "'Features' has no counterpart in FnMesh: take services from InstanceServices, and the request's features from GetHttpContext()!.Features";
    internal const string OutputBindings = "'OutputBindings' has no counterpart in FnMesh: a function has one result, GetInvocationResult() of its run";
    internal const string Parameters = "'Parameters' has no counterpart in FnMesh: parameters are bound when the app is compiled; look the method up by EntryPoint";
    private const string Request = "'GetHttpRequestDataAsync' has no counterpart in FnMesh: read GetHttpContext()!.Request of ASP.NET Core";
    private const string Response = "'GetHttpResponseData' has no counterpart in FnMesh: set headers in GetHttpContext()!.Response, and read or replace the result by GetInvocationResult().Value";
    private const string Input = "'BindInputAsync' has no counterpart in FnMesh: take GetHttpContext()!.Request, or a client of the store as a service";
    private const string Outputs = "'GetOutputBindings' has no counterpart in FnMesh: read or replace the result by GetInvocationResult().Value, and publish events with MeshClient";

    [Obsolete(Request, error: true, DiagnosticId = Code, UrlFormat = Document)]
    public static ValueTask<dynamic?> GetHttpRequestDataAsync(this FunctionContext context) => throw new NotSupportedException(Request);

    [Obsolete(Response, error: true, DiagnosticId = Code, UrlFormat = Document)]
    public static dynamic? GetHttpResponseData(this FunctionContext context) => throw new NotSupportedException(Response);

    [Obsolete(Input, error: true, DiagnosticId = Code, UrlFormat = Document)]
    public static ValueTask<dynamic> BindInputAsync<T>(this FunctionContext context, object binding) => throw new NotSupportedException(Input);

    [Obsolete(Outputs, error: true, DiagnosticId = Code, UrlFormat = Document)]
    public static IEnumerable<dynamic> GetOutputBindings<T>(this FunctionContext context) => throw new NotSupportedException(Outputs);
}
