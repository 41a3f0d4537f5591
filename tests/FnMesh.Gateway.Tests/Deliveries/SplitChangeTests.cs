using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Metrics;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Stages;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tracing;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Deliveries;

public sealed class SplitChangeTests : IDisposable
{
    private const int Keys = 1_000;

    // Of a hundred, in the order in which they come to be.
    private static readonly int[] Shares = [10, 50, 90, 0, 100, 25, 75, 5, 66, 33, 95];

    private readonly Meter _meter = new("FnMesh.Gateway.Tests.SplitChange");
    private readonly ActivitySource _source = new("FnMesh.Gateway.Tests.SplitChange");
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_split_changed_ten_times_under_load_keeps_each_key_in_order_and_in_one_revision_within_a_step_and_its_shares()
    {
        var instruments = new Instruments(_meter);
        var table = new TableSwitch(instruments, new Randomness(1), TimeProvider.System);
        table.Apply(new EndpointSnapshot([Revision(1), Revision(2)]));
        Step(table, 0);
        await using var broker = await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = _directory.Path }, NullLoggerFactory.Instance, TimeProvider.System, default);
        var function = new Function();
        using var client = new HttpMessageInvoker(function);
        var spans = new Spans(_source, TimeProvider.System);
        var stages = StageOrder.Create(spans, instruments, new Randomness(1), NullLogger.Instance, TimeProvider.System);
        var courier = new Courier(new MeshPipeline(stages, NullLogger<MeshPipeline>.Instance), () => table.Current, client, spans, new Randomness(1), TimeProvider.System);
        await using var runners = new SubscriptionRunners(broker, courier.DeliverAsync, () => table.Current, instruments, NullLoggerFactory.Instance, TimeProvider.System);
        await runners.FollowAsync(table.Current!, await runners.RegisterAsync(table.Current!, default));

        for (var step = 0; step < Shares.Length; step++)
        {
            // Each key twice: while the second half is on its way the shares change.
            var half = function.ReachesAsync(((2 * step) + 1) * Keys);
            await broker.AppendAsync([.. Enumerable.Range(0, 2 * Keys).Select(n => TestEvents.Of($"{step}-{n}", key: $"key-{n % Keys}"))], default);
            await half.WaitAsync(TimeSpan.FromMinutes(1));
            if (step + 1 < Shares.Length) Step(table, step + 1);
        }

        await function.ReachesAsync(2 * Keys * Shares.Length).WaitAsync(TimeSpan.FromMinutes(1));
        await runners.StopAsync(default);

        var seen = function.Seen;
        Assert.Equal(2 * Keys * Shares.Length, seen.Select(one => one.Id).Distinct().Count());
        Assert.Equal(seen.Count, seen.Select(one => one.Id).Distinct().Count());
        Assert.False(function.TwoOfOneKey);
        foreach (var key in seen.GroupBy(one => one.Key)) Assert.Equal(key.OrderBy(Place).Select(one => one.Id), key.Select(one => one.Id));
        foreach (var step in seen.GroupBy(one => one.Step))
        {
            var keys = step.GroupBy(one => one.Key).Select(key => Assert.Single(key.Select(one => one.Revision).Distinct())).ToArray();
            var (share, second) = (Shares[step.Key] / 100.0, keys.Count(revision => revision == 2));
            Assert.InRange(second, (keys.Length * share) - Sigmas(keys.Length, share), (keys.Length * share) + Sigmas(keys.Length, share));
            Assert.True(keys.Length > Keys / 2, $"step {step.Key} saw {keys.Length} keys");
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _source.Dispose();
        _directory.Dispose();
    }

    private static double Sigmas(int count, double share) => 3 * Math.Sqrt(count * share * (1 - share));

    private static int Place(Arrival one) => (int.Parse(one.Id.Split('-')[0]) * 2 * Keys) + int.Parse(one.Id.Split('-')[1]);

    private static RevisionEndpoints Revision(int number) => new("shop", $"shop-v{number}", true, [new Uri($"http://127.0.0.1:{number}")]);

    /// <summary>The path tells the function by which step it was sent.</summary>
    private static void Step(TableSwitch table, int step)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", Yaml.App("shop", new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2")) + $$"""
            ---
            apiVersion: fnmesh.dev/v1alpha1
            kind: Subscription
            metadata: { name: s }
            spec:
              sink: { backendRefs: [ { name: shop-v1, weight: {{100 - Shares[step]}} }, { name: shop-v2, weight: {{Shares[step]}} } ], uri: "/{{step}}" }

            """)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        table.Swap(table.Bind(compiled.Snapshot));
    }

    private sealed record Arrival(string Id, string Key, int Revision, int Step);

    /// <summary>Both revisions: they answer one after the other what they are sent, and note it.</summary>
    private sealed class Function : HttpMessageHandler
    {
        private readonly Lock _gate = new();
        private readonly List<Arrival> _seen = [];
        private readonly HashSet<string> _running = [];
        private readonly PriorityQueue<TaskCompletionSource, int> _waiting = new();

        public IReadOnlyList<Arrival> Seen => _seen;

        public bool TwoOfOneKey { get; private set; }

        /// <summary>Completes when so many have arrived.</summary>
        public Task ReachesAsync(int count)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                if (_seen.Count >= count) return Task.CompletedTask;
                _waiting.Enqueue(reached, count);
            }

            return reached.Task;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var key = request.Headers.GetValues("ce-partitionkey").Single();
            lock (_gate)
            {
                TwoOfOneKey |= !_running.Add(key);
                _seen.Add(new Arrival(request.Headers.GetValues("ce-id").Single(), key, request.RequestUri!.Port, int.Parse(request.RequestUri.AbsolutePath[1..])));
                while (_waiting.TryPeek(out var reached, out var count) && count <= _seen.Count)
                {
                    reached.SetResult();
                    _waiting.Dequeue();
                }
            }

            await Task.Yield();
            lock (_gate) _running.Remove(key);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }
}
