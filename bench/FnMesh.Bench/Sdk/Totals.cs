namespace FnMesh.Bench.Sdk;

/// <summary>A service that the work takes.</summary>
internal sealed class Totals
{
    public decimal Of(Order order, int quantity) => (order.Price * quantity) + Shipping;

    private decimal Shipping { get; } = 4.90m;
}
