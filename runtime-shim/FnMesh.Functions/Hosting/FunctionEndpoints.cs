using FnMesh.Policy.Declarations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Functions.Hosting;

/// <summary>The URLs of an app: the routes of its HTTP triggers, and one below <see cref="FunctionPath.Functions"/> for each function that takes events or that a timer runs.</summary>
internal static class FunctionEndpoints
{
    public static void Map(IEndpointRouteBuilder app, BoundFunctions functions)
    {
        foreach (var function in functions.All)
        {
            if (function.Descriptor.Trigger == FunctionTrigger.Http)
            {
                RequestDelegate call = http => FailedRun.CallAsync(function, http);
                var (route, methods) = ("/" + function.Descriptor.Route, function.Descriptor.Methods);
                _ = methods.Count == 0 ? app.Map(route, call) : app.MapMethods(route, methods, call);
            }
            else if (function.Descriptor.Trigger == FunctionTrigger.Event)
            {
                app.MapPost(FunctionPath.Functions + function.Descriptor.Name, http => function.Descriptor.TakesBatches ? EventBatch.RunAsync(function, http) : EventDelivery.RunAsync(function, http));
            }
            else
            {
                app.MapPost(FunctionPath.Functions + function.Descriptor.Name, http => TimerCall.RunAsync(function, http));
            }
        }
    }
}
