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
