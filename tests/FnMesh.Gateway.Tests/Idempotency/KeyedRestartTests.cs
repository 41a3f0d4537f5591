using System.Net;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Idempotency;

/// <summary>Keys in a whole gateway.</summary>
[Collection("telemetry")]
public sealed class KeyedRestartTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_outlives_the_gateway_that_gave_it_until_its_data_is_forgotten()
    {
        using var folder = new TempDirectory();
        await using var function = await ScriptedFunction.StartAsync(201);
        var policy = Yaml.App("shop", function.Address) + Yaml.Route("/a", "shop") + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: once }
            spec: { targetRefs: [ { kind: HTTPRoute, name: shop-route } ], idempotency: { keepFor: 1h } }

            """;
        Assert.Equal((HttpStatusCode.Created, "answer 1"), await PostAsync(policy, folder));
        Assert.Equal((HttpStatusCode.Created, "answer 1"), await PostAsync(policy, folder));
        Assert.Single(function.Requests);

        MeshGateway.Forget(folder.Path);

        Assert.Equal((HttpStatusCode.Created, "answer 2"), await PostAsync(policy, folder));
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(string policy, TempDirectory folder)
    {
        await using var mesh = await RunningMesh.StartAsync(policy, new DirectoryInfo(folder.Path));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a");
        request.Headers.Add("Idempotency-Key", "\"1\"");
        using var answer = await mesh.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
