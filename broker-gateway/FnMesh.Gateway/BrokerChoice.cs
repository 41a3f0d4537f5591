using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Deliveries;
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
/// <param name="loggers">For what people should know.</param>
/// <param name="time">The clock.</param>
internal sealed class BrokerChoice(GatewayOptions options, MovableBroker broker, SubscriptionRunners runners, ILoggerFactory loggers, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan DeliveriesTimeout = TimeSpan.FromSeconds(8);

    private readonly SemaphoreSlim _turn = new(1);
    private (string Mesh, KafkaEntry Entry)? _kafka;

    /// <summary>Opens what was chosen last.</summary>
    /// <exception cref="BrokerException">It cannot be opened.</exception>
    public Task<IBroker> OpenAsync(CancellationToken cancel) => OpenAsync(_kafka, cancel);

    /// <summary>Completes when events go to the broker of a policy, from which its subscriptions may be registered.</summary>
    /// <exception cref="GatewayStartException">It cannot be opened; events go on where they went.</exception>
    public async Task FollowAsync(PolicySnapshot policy, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            (string, KafkaEntry)? wanted = policy.Kafka is { } entry ? (policy.Mesh, entry) : null;
            // Where the log is still with a predecessor there is nothing to be changed yet.
            if (wanted == _kafka || !broker.IsHere) return;
            var next = await OpenAsync(wanted, cancel);
            using var drain = new CancellationTokenSource(DeliveriesTimeout, time);
            await runners.HaltAsync(drain.Token);
            await broker.LetGoAsync();
            broker.TakeBack(next);
            runners.Resume();
            _kafka = wanted;
        }
        catch (BrokerException refused)
        {
            throw new GatewayStartException($"the broker that the policy asks for cannot be used: {refused.Message}", refused);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<IBroker> OpenAsync((string Mesh, KafkaEntry Entry)? kafka, CancellationToken cancel)
    {
        if (kafka is not { } wanted) return await EmbeddedBroker.OpenAsync(new EmbeddedBrokerOptions { DataDirectory = options.DataDirectory }, loggers, time, cancel);
        var open = options.OpenKafka ?? throw new BrokerException("this gateway was built without Kafka; write spec.broker.kind: embedded into the Mesh, or run the gateway of the command fnmesh");
        return await open(wanted.Entry, wanted.Mesh, options.DataDirectory, loggers, time, cancel);
    }
}
