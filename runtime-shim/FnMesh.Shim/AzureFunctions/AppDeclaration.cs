using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Functions;

namespace FnMesh.Shim.AzureFunctions;

/// <summary>What the functions of an app declare to control: their routes and their subscriptions.</summary>
internal static class AppDeclaration
{
    /// <summary>As many as Azure gives a function of Kafka at once.</summary>
    private const int LargestBatch = 64;

    public static byte[] Write(string app, string revision, FunctionIndex index) =>
        DeclarationJson.Write(new Declaration(app, revision, [.. index.Functions.Where(function => !function.IsDisabled).Select(Of)]));

    private static DeclaredFunction Of(IndexedFunction function) => function.Trigger switch
    {
        HttpCallTrigger http => new DeclaredFunction { Name = function.Name, Trigger = DeclaredTrigger.Http, Route = http.Route, Methods = http.Methods, Level = http.Level, ChecksKeys = http.Level == "anonymous" ? null : true },
        EventTrigger events => new DeclaredFunction
        {
            Name = function.Name,
            Trigger = DeclaredTrigger.Event,
            Target = FunctionPath.Functions + function.Name,
            EventTypes = events.Types,
            Source = events.Source,
            Filter = events.Filter,
            Retry = function.Retry,
            Batch = events.IsBatch ? LargestBatch : null,
        },
        _ => new DeclaredFunction { Name = function.Name, Trigger = DeclaredTrigger.Timer, Target = FunctionPath.Functions + function.Name, Retry = function.Retry },
    };
}
