using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class MeshClientTests
{
    [Theory]
    [InlineData("evil.com")]
    [InlineData("pricing.other")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("user@pricing")]
    [InlineData("pricing:81")]
    [InlineData("pricing/prices")]
    [InlineData("-pricing")]
    [InlineData("pri cing")]
    public void A_client_of_what_is_no_app_is_refused(string app)
    {
        using var mesh = Client(new Late());
        var refused = Assert.Throws<ArgumentException>(() => mesh.CreateHttpClient(app));
        Assert.StartsWith($"'{app}' is no app of the mesh: write its name, such as 'pricing', ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pricing", "http://pricing/")]
    [InlineData("pricing-v2.default", "http://pricing-v2.default/")]
    public void A_client_of_an_app_has_its_address(string app, string address)
    {
        using var mesh = Client(new Late());
        using var client = mesh.CreateHttpClient(app);
        Assert.Equal(new Uri(address), client.BaseAddress);
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_in_time_did_not_take_the_event_as_far_as_is_known()
    {
        using var mesh = Client(new Late());
        var failed = await Assert.ThrowsAsync<MeshPublishException>(() => mesh.PublishAsync("shop.order.placed", null, cancel: TestContext.Current.CancellationToken));
        Assert.Equal((0, null, "no gateway answered within 100 s, and whether the event was taken is not known"), (failed.Status, failed.Verdict, failed.Message));
    }

    [Fact]
    public async Task Who_gives_up_is_told_that_they_gave_up()
    {
        using var mesh = Client(new Late());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mesh.PublishAsync("shop.order.placed", null, cancel: new CancellationToken(canceled: true)));
    }

    private static MeshClient Client(HttpMessageHandler way) => new(
        new MeshHandler(new(() => new HttpMessageInvoker(way)), new HttpMessageInvoker(way), new HttpContextAccessor(), TimeProvider.System),
        () => "orders",
        Options.Create(new JsonOptions()),
        TimeProvider.System);

    /// <summary>Ends as a way does whose time is over.</summary>
    private sealed class Late : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TaskCanceledException("too late", new TimeoutException());
        }
    }
}
