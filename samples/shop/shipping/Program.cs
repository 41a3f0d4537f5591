using System.Collections.Concurrent;

var app = WebApplication.Create(args);
var seen = new ConcurrentDictionary<string, int>();
var shipped = new ConcurrentDictionary<string, int>();
var orders = 0;

app.MapPost("/events", (Order order, HttpRequest request) =>
{
    // The first of every three orders fails on its first attempt, so that a retry shows.
    var number = seen.GetOrAdd(order.Id, _ => Interlocked.Increment(ref orders));
    var first = request.Headers["fnmesh-delivery"] == "1" && request.Headers["fnmesh-attempt"] == "1";
    if (number % 3 == 1 && first)
    {
        return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    shipped.AddOrUpdate(order.Id, 1, (_, times) => times + 1);
    return Results.NoContent();
});

app.MapGet("/shipments", () => shipped.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new { Order = entry.Key, Times = entry.Value }));

app.Run();

internal sealed record Order(string Id);
