using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Limits;

[Collection("telemetry")]
public sealed class LimitedDeliveriesTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliveries_that_are_too_many_come_later_and_do_not_use_up_retry()
    {
        using var delivered = new SemaphoreSlim(0);
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 204;
            delivered.Release();
            return Task.CompletedTask;
        });
        await using var mesh = await RunningMesh.StartAsync(Yaml.App("shop", function.Address) + Yaml.Subscription("all", "test.happened", "shop", "retry: 0, backoffDelay: 10ms") + Yaml.Publishers() + """
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: TrafficPolicy
            metadata: { name: slow }
            spec: { targetRefs: [ { kind: Subscription, name: all } ], limits: { requestsPerSecond: 5, burst: 1 } }

            """);
        for (var id = 1; id <= 3; id++)
        {
            using var published = await mesh.PublishAsync("test.happened", $"{id}");
            published.EnsureSuccessStatusCode();
        }

        for (var id = 1; id <= 3; id++) await delivered.WaitAsync(Cancel);

        Assert.Equal(["1", "2", "3"], function.Requests.Select(request => request.Headers["ce-id"]).Order());
        Assert.Equal(0, (await mesh.AskAsync("/api/v1/deadletters")).GetProperty("items").GetArrayLength());
    }
}
