using CloudNative.CloudEvents;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Order(string Id, string Sku, int Quantity, decimal Total);

public class Payments
{
    [Function("charge"), ExponentialBackoffRetry(5, "00:00:00.2", "00:00:05")]
    public async Task<CloudEvent?> Charge([CloudEventTrigger("shop.order.placed")] CloudEvent placed, Order order, HttpResponse answer)
    {
        if (order.Sku == "poison")
        {
            answer.StatusCode = StatusCodes.Status422UnprocessableEntity;     // no use in trying again: a dead letter
            await answer.WriteAsync("Nobody can pay for that.");
            return null;
        }

        // The mesh publishes what is returned; its id follows from the event's, so that a redelivery pays once.
        return new CloudEvent { Type = "shop.order.paid", Subject = placed.Subject, ["partitionkey"] = placed.Subject, Data = order };
    }
}
