using System.Globalization;
using FnMesh.EndToEnd.Tests.Chaos;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.PowerCuts;

/// <summary>
/// Publishes to an embedded broker and settles what a subscription of it reads, until the power of its disk is cut, and goes on with what is left, again and again.
/// A publication counts as acknowledged, and a settlement as seen, when it completed before the cut. Afterwards the rules of the <see cref="Ledger"/> hold, or not.
/// </summary>
internal sealed class PowerCutRun : IDisposable
{
    private const string Subscription = "count";

    /// <summary>Publishers wait while so many events are unsettled.</summary>
    private const int MostUnsettled = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly PowerCutOptions _options;
    private readonly Random _random;
    private readonly int[] _numbers;
    private int _unkeyed;
    private SemaphoreSlim _room = new(MostUnsettled);
    private TempFolder _folder = new();

    private PowerCutRun(PowerCutOptions options) => (_options, _random, _numbers) = (options, new Random(options.Seed), new int[options.Keys]);

    public Ledger Ledger { get; } = new();

    /// <param name="options">How much of it.</param>
    /// <param name="say">Takes a line after each cut.</param>
    /// <returns>The ledger, and what the log itself broke: it did not open, or lacked events in its middle.</returns>
    public static async Task<(Ledger Ledger, IReadOnlyList<string> Faults)> RunAsync(PowerCutOptions options, Action<string> say)
    {
        using var run = new PowerCutRun(options);
        List<string> faults = [];
        for (var cut = 1; cut <= options.Cuts && faults.Count == 0; cut++)
        {
            run.Ledger.BeginLife(afterOrderlyEnd: false);
            var moment = run._random.Next(1, options.MostSteps);
            if (await run.LiveAsync(new PowerCutDisk(run._random.Next(), moment)) is { } fault) faults.Add($"after cut {cut - 1}: {fault}");
            say($"cut {cut} after {moment} writes and syncs: {run.Ledger}");
        }

        if (faults.Count == 0)
        {
            run.Ledger.BeginLife(afterOrderlyEnd: false);
            if (await run.PayAsync() is { } unpaid) faults.Add(unpaid);
        }

        return (run.Ledger, faults);
    }

    public void Dispose()
    {
        _room.Dispose();
        _folder.Dispose();
    }

    private async Task<string?> LiveAsync(PowerCutDisk disk)
    {
        PowerCutVfs.Mount(_folder.Path, disk);
        var left = new TempFolder();
        try
        {
            await using (var broker = await OpenAsync(PowerCutVfs.Name))
            {
                using var over = new CancellationTokenSource();
                Task[] all = [SettleAsync(broker, disk, long.MaxValue, over.Token), .. Publishers(broker, disk, over.Token)];
                await Task.WhenAny(disk.Cut, all[0]).WaitAsync(Patience);
                await over.CancelAsync();
                await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return all.Select(static one => one.Exception?.InnerException).OfType<BrokerException>().FirstOrDefault()?.Message;
            }
        }
        catch (BrokerException broken)
        {
            return broken.Message;
        }
        finally
        {
            disk.LeaveIn(left.Path);
            _room.Dispose();
            _room = new SemaphoreSlim(MostUnsettled);
            PowerCutVfs.Unmount(_folder.Path);
            _folder.Dispose();
            _folder = left;
        }
    }

    /// <summary>A life without a cut, until all that was acknowledged has been settled.</summary>
    private async Task<string?> PayAsync()
    {
        try
        {
            await using var broker = await OpenAsync(vfs: null);
            using var over = new CancellationTokenSource();
            var disk = new PowerCutDisk(0, int.MaxValue);
            for (var key = 0; key < _options.Keys; key++) await PublishAsync(broker, disk, $"key-{key}", ++_numbers[key], over.Token);
            await SettleAsync(broker, disk, broker.End, over.Token);
            return null;
        }
        catch (BrokerException broken)
        {
            return broken.Message;
        }
    }

    private Task<EmbeddedBroker> OpenAsync(string? vfs) => EmbeddedBroker.OpenAsync(
        new EmbeddedBrokerOptions { DataDirectory = _folder.Path, Vfs = vfs, Syncs = _options.Syncs }, NullLoggerFactory.Instance, TimeProvider.System, default);

    private IEnumerable<Task> Publishers(EmbeddedBroker broker, PowerCutDisk disk, CancellationToken over) =>
    [
        .. Enumerable.Range(0, _options.Keys).Select(key => Task.Run(() => PublishAllAsync(broker, disk, $"key-{key}", () => ++_numbers[key], over), over)),
        .. Enumerable.Range(0, _options.WithoutKey).Select(_ => Task.Run(() => PublishAllAsync(broker, disk, null, () => Interlocked.Increment(ref _unkeyed), over), over)),
    ];

    private async Task PublishAllAsync(EmbeddedBroker broker, PowerCutDisk disk, string? key, Func<int> next, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await _room.WaitAsync(over);
            await PublishAsync(broker, disk, key, next(), over);
        }
    }

    private async Task PublishAsync(EmbeddedBroker broker, PowerCutDisk disk, string? key, int number, CancellationToken over)
    {
        var stored = await broker.AppendAsync([EventOf(key, number)], over);
        if (stored is null || !disk.Seen(() => Ledger.Acknowledge(key, number))) Ledger.Doubt();
    }

    /// <summary>Reads up to an offset: each event is seen by the subscriber, and a key's next one when the settlement of the one before is on disk.</summary>
    private async Task SettleAsync(EmbeddedBroker broker, PowerCutDisk disk, long until, CancellationToken over)
    {
        var progress = await broker.RegisterAsync(Subscription, null, over);
        Dictionary<string, Task> keys = [];
        for (var next = progress.Cursor; next < until && !over.IsCancellationRequested;)
        {
            await broker.WaitAsync(next, over);
            var batch = await broker.ReadAsync(next, Ledger.MaxInFlight, 1 << 20, over);
            if (batch[0].Offset != next) throw new BrokerException($"offset {next} is missing: the log goes on with {batch[0].Offset}");
            var settled = new Task[batch.Count];
            for (var i = 0; i < batch.Count; i++)
            {
                var stored = batch[i];
                var number = int.Parse(stored.Event["number"]!, CultureInfo.InvariantCulture);
                var key = stored.Event["partitionkey"];
                if (key is not null && keys.TryGetValue(key, out var before)) await before;
                if (!disk.Seen(() => Ledger.Receive(key, number, accepted: true))) return;
                _room.Release();
                next = stored.Offset + 1;
                settled[i] = broker.SettleAsync(Subscription, new Settlement.Done(stored.Offset, next, []), over).AsTask();
                if (key is not null) keys[key] = settled[i];
            }

            await Task.WhenAll(settled);
        }
    }

    private static EventRecord EventOf(string? key, int number) => new()
    {
        Attributes =
        [
            new("id", $"{key ?? "none"}.{number}"), new("source", "/power"), new("type", "test.load"), new("number", number.ToString(CultureInfo.InvariantCulture)),
            .. key is null ? Array.Empty<KeyValuePair<string, string>>() : [new("partitionkey", key)],
        ],
        Data = new byte[700],
        Principal = "anonymous",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
}
