using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Routing;

public sealed class RepeatableCallsTests
{
    private static readonly RepeatableCalls Calls = RepeatableCalls.Of(
    [
        new DeclaredCall(["POST"], "orders/{id}", Idempotent: true),
        new DeclaredCall(["POST"], "orders/{id}/pay", Idempotent: false),
        new DeclaredCall(["POST"], "orders/refund", Idempotent: false),
        new DeclaredCall(["PATCH"], "files/{*rest}", Idempotent: true),
        new DeclaredCall([], "any/{id:int?}", Idempotent: true),
    ]);

    [Theory]
    [InlineData("POST", "/orders/7", true)]
    [InlineData("POST", "/ORDERS/7/", true)]
    [InlineData("PATCH", "/orders/7", false)]
    [InlineData("POST", "/orders/7/pay", false)]
    [InlineData("POST", "/orders/refund", false)]
    [InlineData("POST", "/orders/re%CC%81fund", false)]
    [InlineData("POST", "/orders", false)]
    [InlineData("PATCH", "/files/a/b%2Fc", true)]
    [InlineData("PATCH", "/files", true)]
    [InlineData("POST", "/any", true)]
    [InlineData("POST", "/any/7/8", false)]
    [InlineData("POST", "/", false)]
    public void A_call_may_be_repeated_when_every_function_that_it_may_reach_is_idempotent(string method, string path, bool holds) =>
        Assert.Equal(holds, Calls.Holds(method, path));

    [Fact]
    public void Where_nothing_is_declared_nothing_may_be_repeated() => Assert.False(RepeatableCalls.Of(null).Holds("POST", "/orders/7"));
}
