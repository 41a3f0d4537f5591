var app = WebApplication.Create(args);

app.MapPost("/events", (Order order, HttpResponse answer) =>
{
    if (order.Sku == "poison")
    {
        return Results.UnprocessableEntity("Nobody can pay for that.");     // 422: no use in trying again, a dead letter
    }

    // A CloudEvent in the answer is a reply: the mesh publishes it.
    answer.Headers["ce-specversion"] = "1.0";
    answer.Headers["ce-id"] = $"paid-{order.Id}";
    answer.Headers["ce-source"] = "/payments";
    answer.Headers["ce-type"] = "shop.order.paid";
    answer.Headers["ce-subject"] = order.Id;
    answer.Headers["ce-partitionkey"] = order.Id;
    return Results.Ok(order);
});

app.Run();

internal sealed record Order(string Id, string Sku, int Quantity, decimal Total);
