using System.Collections.Concurrent;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Order(string Id, decimal Total);

public record Invoice(string Order, decimal Total);

public class Billing
{
    private static readonly ConcurrentDictionary<string, Invoice> Written = new();

    // Events may come twice: the order's id makes the second one change nothing.
    [Function("invoice"), CloudEventTrigger("shop.order.paid"), ExponentialBackoffRetry(5, "00:00:00.2", "00:00:05")]
    public void Invoice(Order order) => Written.TryAdd(order.Id, new Invoice(order.Id, order.Total));

    [Function("invoices"), HttpTrigger(AuthorizationLevel.Anonymous, "get")]
    public IEnumerable<Invoice> All() => Written.Values.OrderBy(invoice => invoice.Order, StringComparer.Ordinal);
}
