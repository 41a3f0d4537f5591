using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class MeshHandlerTests
{
    [Fact]
    public async Task A_request_that_is_sent_again_says_one_deadline()
    {
        var sent = new Sent();
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).BuildServiceProvider();
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseCallDeadline();
        pipeline.Run(async http =>
        {
            using var way = new HttpMessageInvoker(new MeshHandler(new(() => new HttpMessageInvoker(sent)), new HttpMessageInvoker(sent), new HttpContextAccessor { HttpContext = http }, TimeProvider.System));
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://pricing/prices/7");
            using var first = await way.SendAsync(request, http.RequestAborted);
            using var again = await way.SendAsync(request, http.RequestAborted);
        });
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Headers["fnmesh-deadline"] = "5000";

        await pipeline.Build()(context);

        Assert.Equal([1, 1], sent.Deadlines);
    }

    [Theory]
    [InlineData("http://pricing/", true)]
    [InlineData("http://pricing.default/", true)]
    [InlineData("http://pricing.team-a/", true)]
    [InlineData("http://Pricing.Team-A/", true)]
    [InlineData("http://pricing.team-b/", false)]
    [InlineData("http://deep.pricing.team-a/", false)]
    [InlineData("http://pricing.team-a:8080/", false)]
    [InlineData("https://pricing.team-a/", false)]
    [InlineData("http://localhost/", false)]
    public async Task A_name_with_a_namespace_goes_over_the_mesh_where_that_has_the_namespace(string address, bool isMesh)
    {
        var (mesh, others) = (new Counted(), new Counted());
        using var way = new HttpMessageInvoker(new MeshHandler(new(() => new HttpMessageInvoker(mesh)), new HttpMessageInvoker(others), new HttpContextAccessor(), TimeProvider.System, ns => ns == "team-a"));
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var answer = await way.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(isMesh ? (1, 0) : (0, 1), (mesh.Count, others.Count));
    }

    private sealed class Counted : HttpMessageHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromResult(new HttpResponseMessage());
        }
    }

    private sealed class Sent : HttpMessageHandler
    {
        public List<int> Deadlines { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Deadlines.Add(request.Headers.GetValues("fnmesh-deadline").Count());
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
