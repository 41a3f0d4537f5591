using CloudNative.CloudEvents;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Order(string Id, string Sku, int Quantity);

public record Price(decimal Amount, string Revision);

public class Orders(MeshClient mesh)
{
    [Function("place"), HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")]
    public async Task<IResult> Place(Order order, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(order.Id) || string.IsNullOrEmpty(order.Sku) || order.Quantity < 1)
        {
            return Results.BadRequest("An order needs an id, a sku and a quantity of at least 1.");
        }

        var price = await mesh.CreateHttpClient("pricing").GetFromJsonAsync<Price>($"/prices/{Uri.EscapeDataString(order.Sku)}", cancel);
        var placed = new CloudEvent
        {
            Id = $"placed-{order.Id}",
            Type = "shop.order.placed",
            Subject = order.Id,
            ["partitionkey"] = order.Id,
            Data = new { order.Id, order.Sku, order.Quantity, Total = price!.Amount * order.Quantity },
        };
        await mesh.PublishAsync(placed, cancel);
        return Results.Accepted($"/orders/{order.Id}", new { order.Id, price.Revision });
    }
}
