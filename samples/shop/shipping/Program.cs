using System.Collections.Concurrent;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Order(string Id);

public record Shipment(string Order, int Times);

public class Shipping
{
    private static readonly ConcurrentDictionary<string, bool> Seen = new();
    private static readonly ConcurrentDictionary<string, int> Shipped = new();
    private static int orders;

    // The first of every three orders fails when it is seen first, so that a retry shows.
    [Function("ship"), CloudEventTrigger("shop.order.paid"), ExponentialBackoffRetry(5, "00:00:00.2", "00:00:05")]
    public IResult Ship(Order order)
    {
        if (Seen.TryAdd(order.Id, true) && Interlocked.Increment(ref orders) % 3 == 1)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        Shipped.AddOrUpdate(order.Id, 1, (_, times) => times + 1);
        return Results.NoContent();
    }

    [Function("shipments"), HttpTrigger(AuthorizationLevel.Anonymous, "get")]
    public IEnumerable<Shipment> All() => Shipped.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new Shipment(entry.Key, entry.Value));
}
