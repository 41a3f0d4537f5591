using FnMesh.Functions;

namespace FnMesh.Bench.Sdk;

/// <summary>The work, as a function.</summary>
internal sealed class Orders(Totals totals)
{
    [Function("place"), HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders/{id}")]
    public Receipt Place(string id, int quantity, Order order) => new(id, order.Sku, quantity, totals.Of(order, quantity), order.Tags.Length);
}
