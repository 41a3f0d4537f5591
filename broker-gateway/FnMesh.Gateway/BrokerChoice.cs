using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
using FnMesh.Gateway.Replays;
using FnMesh.Gateway.TakeOver;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway;

/// <summary>
/// Opens the broker that the policy asks for. A gateway begins with the embedded one, before it knows a policy; what another one held when the policy changed stays there, and is delivered when the policy changes back.
/// </summary>
/// <param name="options">Where data is, and whether there is a way to Kafka.</param>
/// <param name="broker">What everybody else uses.</param>
/// <param name="runners">Halted while it changes.</param>
/// <param name="replays">Halted while it changes: each is of the broker in which it began.</param>
/// <param name="keeping">How long the embedded log keeps what it has.</param>
/// <param name="loggers">For what people should know.</param>
/// <param name="time">The clock.</param>
internal sealed class BrokerChoice(
    GatewayOptions options, MovableBroker broker, SubscriptionRunners runners, ReplayRunner replays, LogKeeping keeping, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan DeliveriesTimeout = TimeSpan.FromSeconds(8);

    private readonly SemaphoreSlim _turn = new(1);
    private (string Mesh, KafkaEntry Entry)? _kafka;

    /// <summary>Opens what was chosen last.</summary>
    /// <exception cref="BrokerException">It cannot be opened.</exception>
    public Task<IBroker> OpenAsync(CancellationToken cancel) => OpenAsync(_kafka, cancel);

    /// <summary>Makes a policy live, with the broker that it asks for.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="apply">Makes it live, once events go to its broker.</param>
    /// <param name="again">Makes the policy that is live run its subscriptions anew.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="GatewayStartException">The broker cannot be opened; events go on where they went.</exception>
    /// <exception cref="BrokerException">The policy could not be made live; events go on where they went.</exception>
    public async Task FollowAsync(PolicySnapshot policy, Func<Task> apply, Func<Task> again, CancellationToken cancel)
    {
        (string, KafkaEntry)? wanted = policy.Kafka is { } entry ? (policy.Mesh, entry) : null;
        var changes = false;
        (string, KafkaEntry)? before;
        await _turn.WaitAsync(cancel);
        try
        {
            before = _kafka;
            // Where the log is still with a predecessor there is nothing to be changed yet.
            changes = wanted != before && broker.IsHere;
            if (changes)
            {
                await ChangeAsync(wanted, cancel);
                try
                {
                    await apply();
                }
                catch
                {
                    await ChangeAsync(before, CancellationToken.None);
                    await again();
                    throw;
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        // Policies that keep the broker do not wait for one another: the latest wins.
        if (!changes) await apply();
    }

    public void Dispose() => _turn.Dispose();

    private async Task ChangeAsync((string Mesh, KafkaEntry Entry)? wanted, CancellationToken cancel)
    {
        try
        {
            // First of all: what cannot be opened changes nothing.
            var next = wanted is null ? null : await OpenAsync(wanted, cancel);
            using var drain = new CancellationTokenSource(DeliveriesTimeout, time);
            await replays.HaltAsync();
            await runners.HaltAsync(drain.Token);
            await broker.LetGoAsync();
            // The embedded log is in its directory alone, which an earlier one held until now.
            broker.TakeBack(next ?? await OpenAsync(wanted, CancellationToken.None));
            runners.Resume();
            _kafka = wanted;
        }
        catch (BrokerException refused)
        {
            throw new GatewayStartException($"the broker that the policy asks for cannot be used: {refused.Message}", refused);
        }
    }

    private async Task<IBroker> OpenAsync((string Mesh, KafkaEntry Entry)? kafka, CancellationToken cancel)
    {
        if (kafka is not { } wanted)
            return await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = options.DataDirectory, Retention = () => keeping.Bounds }, loggers, time, cancel);
        var open = options.OpenKafka ?? throw new BrokerException("this gateway was built without Kafka; write spec.broker.kind: embedded into the Mesh, or run the gateway of the command fnmesh");
        return await open(wanted.Entry, wanted.Mesh, options.DataDirectory, loggers, time, cancel);
    }
}
