using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace FnMesh.Shim.Tests.AzureFunctions;

/// <summary>The broker, as functions reach it: takes what they publish, or answers as it is told.</summary>
internal sealed class BrokerEnd : HttpMessageHandler
{
    public HttpStatusCode Status { get; set; } = HttpStatusCode.Accepted;

    public ConcurrentQueue<JsonObject> Events { get; } = [];

    public ConcurrentQueue<HttpRequestMessage> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        if (Status == HttpStatusCode.Accepted)
        {
            foreach (var one in JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsArray()) Events.Enqueue(one!.AsObject());
        }

        return new HttpResponseMessage(Status) { Content = new StringContent("as told") };
    }
}
