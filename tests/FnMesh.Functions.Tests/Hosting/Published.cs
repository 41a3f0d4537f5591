using System.Collections.Concurrent;
using FnMesh.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>A gateway that takes every publication and keeps its text.</summary>
internal sealed class Published : HttpMessageHandler
{
    public ConcurrentQueue<string> Bodies { get; } = new();

    public MeshClient Client()
    {
        var way = new MeshHandler(new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(this, disposeHandler: false)), new HttpMessageInvoker(this, disposeHandler: false), new HttpContextAccessor(), TimeProvider.System);
        return new MeshClient(way, () => "corpus", Options.Create(new JsonOptions()), TimeProvider.System);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Bodies.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
        return new HttpResponseMessage(System.Net.HttpStatusCode.Accepted);
    }
}
