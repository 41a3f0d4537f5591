using FnMesh.Policy.Compilation;

namespace FnMesh.Policy.Tests.Compilation;

public class HostnameIntersectionTests
{
    [Theory]
    [InlineData(null, "", "")]
    [InlineData(null, "a.example", "a.example")]
    [InlineData("a.example", "", "a.example")]
    [InlineData("a.example", "a.example b.example", "a.example")]
    [InlineData("a.example", "*.example", "a.example")]
    [InlineData("*.example", "a.example b.a.example example", "a.example b.a.example")]
    [InlineData("*.example", "*.a.example", "*.a.example")]
    [InlineData("*.a.example", "*.example", "*.a.example")]
    [InlineData("*.a.example", "*.a.example", "*.a.example")]
    public void A_route_holds_at_a_listener_for_the_narrower_of_the_hosts_that_both_have(string? listener, string route, string common) =>
        Assert.Equal(Split(common), HostnameIntersection.Of(listener, [.. Split(route)])!.Value);

    [Theory]
    [InlineData("a.example", "b.example")]
    [InlineData("*.example", "example")]
    [InlineData("*.a.example", "a.example *.b.example ba.example")]
    [InlineData("a.example", "*.a.example")]
    public void Where_no_host_is_of_both_a_route_does_not_hold_at_a_listener(string listener, string route) =>
        Assert.Null(HostnameIntersection.Of(listener, [.. Split(route)]));

    private static string[] Split(string hosts) => hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
