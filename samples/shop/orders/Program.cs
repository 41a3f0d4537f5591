var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient("mesh", client => client.BaseAddress = new Uri(builder.Configuration["FNMESH_GATEWAY"]!));
var app = builder.Build();

app.MapPost("/orders", async (Order order, IHttpClientFactory clients, CancellationToken cancel) =>
{
    if (string.IsNullOrEmpty(order.Id) || string.IsNullOrEmpty(order.Sku) || order.Quantity < 1)
    {
        return Results.BadRequest("An order needs an id, a sku and a quantity of at least 1.");
    }

    var mesh = clients.CreateClient("mesh");
    using var question = new HttpRequestMessage(HttpMethod.Get, $"/prices/{Uri.EscapeDataString(order.Sku)}") { Headers = { Host = "pricing" } };
    using var quoted = await mesh.SendAsync(question, cancel);
    var price = await quoted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Price>(cancel);

    using var placed = new HttpRequestMessage(HttpMethod.Post, "/events")
    {
        Content = JsonContent.Create(new { order.Id, order.Sku, order.Quantity, Total = price!.Amount * order.Quantity }),
        Headers =
        {
            { "ce-specversion", "1.0" },
            { "ce-id", $"placed-{order.Id}" },
            { "ce-source", "/orders" },
            { "ce-type", "shop.order.placed" },
            { "ce-subject", order.Id },
            { "ce-partitionkey", order.Id },
        },
    };
    using var published = await mesh.SendAsync(placed, cancel);
    published.EnsureSuccessStatusCode();
    return Results.Accepted($"/orders/{order.Id}", new { order.Id, price.Revision });
});

app.Run();

internal sealed record Order(string Id, string Sku, int Quantity);

internal sealed record Price(decimal Amount, string Revision);
