using System.Collections.Concurrent;

var app = WebApplication.Create(args);
var invoices = new ConcurrentDictionary<string, Invoice>();

// Events may come twice: the order's id makes the second one change nothing.
app.MapPost("/events", (Order order) =>
{
    invoices.TryAdd(order.Id, new Invoice(order.Id, order.Total));
    return Results.NoContent();
});

app.MapGet("/invoices", () => invoices.Values.OrderBy(invoice => invoice.Order, StringComparer.Ordinal));

app.Run();

internal sealed record Order(string Id, decimal Total);

internal sealed record Invoice(string Order, decimal Total);
