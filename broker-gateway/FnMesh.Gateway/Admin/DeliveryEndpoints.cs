using FnMesh.Gateway.Metrics;
using FnMesh.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Gateway.Admin;

/// <summary><c>/api/v1/deliveries/{subscription}</c>: where a subscription stands, and how its revisions fare.</summary>
internal static class DeliveryEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Func<IReadOnlyList<SubscriptionState>> states) => routes.MapGet("/api/v1/deliveries/{subscription}", context =>
    {
        var name = QualifiedName.Read((string)context.Request.RouteValues["subscription"]!);
        foreach (var state in states())
        {
            if (state.Subscription == name) return context.Response.WriteAsJsonAsync(SubscriptionDeliveriesView.Of(state), EventJson.Default.SubscriptionDeliveriesView, cancellationToken: context.RequestAborted);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        var problem = new ProblemDetails { Title = "No such subscription", Status = StatusCodes.Status404NotFound, Detail = $"This gateway runs no subscription '{name}'; 'fnmesh get subscriptions' shows those that are there." };
        return context.Response.WriteAsJsonAsync(problem, EventJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted);
    });
}
