using FnMesh.Policy.Declarations;

namespace FnMesh.Functions.Hosting;

/// <summary>What the bound functions declare to control.</summary>
internal static class Declarations
{
    public static byte[] Write(string app, string revision, BoundFunctions functions) =>
        DeclarationJson.Write(new Declaration(app, revision, [.. functions.All.Select(function => Of(function.Descriptor))]));

    private static DeclaredFunction Of(FunctionDescriptor function) => new()
    {
        Name = function.Name,
        Trigger = function.Trigger switch
        {
            FunctionTrigger.Http => DeclaredTrigger.Http,
            FunctionTrigger.Event => DeclaredTrigger.Event,
            _ => DeclaredTrigger.Timer,
        },
        Route = function.Route,
        Methods = [.. function.Methods],
        Level = function.Level switch
        {
            null => null,
            AuthorizationLevel.Anonymous => "anonymous",
            AuthorizationLevel.Admin or AuthorizationLevel.System => "admin",
            _ => "function",
        },
        Target = function.Trigger == FunctionTrigger.Http ? null : FunctionPath.Functions + function.Name,
        EventTypes = [.. function.EventTypes],
        Source = function.Source,
        Filter = function.Filter,
        Idempotent = function.Idempotent,
        Retry = function.Retry is { } retry ? new DeclaredRetry(retry.Count, (long)retry.Delay.TotalMilliseconds, (long?)retry.Longest?.TotalMilliseconds) : null,
    };
}
