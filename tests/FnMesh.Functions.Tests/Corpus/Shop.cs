using CloudNative.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace FnMesh.Functions.Tests.Corpus;

public class Shop(Shop.IPrices prices)
{
    public interface IPrices
    {
        decimal Of(string sku);
    }

    public enum Currency
    {
        Eur,
        Usd,
    }

    public record Order(string Id, string Sku, int Quantity);

    [Function("place-order"), HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")]
    public async Task<IResult> Place(Order order, CancellationToken cancel)
    {
        await Task.Yield();
        cancel.ThrowIfCancellationRequested();
        return Results.Accepted($"/orders/{order.Id}");
    }

    [Function("quote"), HttpTrigger("get", Route = "%AREA%/prices/{sku}"), Idempotent]
    public object Quote(string sku, [FromHeader(Name = "x-tenant")] string? tenant, Currency currency = Currency.Eur, int quantity = 1) =>
        new { sku, tenant, currency = currency.ToString(), amount = prices.Of(sku) * quantity };

    [Function("find"), HttpTrigger("get", Route = "find/{id}")]
    public static string Find(Guid id, decimal? least, DateTimeOffset since) => FormattableString.Invariant($"{id:N} {least} {since:yyyy}");

    [Function("charge"), ExponentialBackoffRetry(5, "00:00:00.2", "00:01:00")]
    public Task<CloudEvent?> Charge([CloudEventTrigger("shop.order.placed", Filter = "subject LIKE 'order-%'")] CloudEvent @event, Order data) =>
        Task.FromResult(data.Quantity == 0 ? null : new CloudEvent { Type = "shop.order.paid", Subject = @event.Subject, Data = data.Sku, DataContentType = "text/plain" });

    [Function("split"), CloudEventTrigger("shop.%AREA%.parcel"), FixedDelayRetry(2, "00:00:05")]
    public IEnumerable<CloudEvent> Split(Order order) =>
        Enumerable.Range(0, order.Quantity).Select(_ => new CloudEvent { Type = "shop.parcel" });

    [Function("stock"), CloudEventTrigger("shop.stock"), CloudEventOutput("shop.stock.changed")]
    public Order Stock(Order order) => order with { Quantity = order.Quantity + 1 };
}
