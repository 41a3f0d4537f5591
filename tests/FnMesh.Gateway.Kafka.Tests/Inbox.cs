using System.Globalization;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>What subscribers took: ids are numbers that grow by one within a key, from 0 on.</summary>
internal sealed class Inbox(int keys, int each)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _next = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    /// <summary>Deliveries of what had come before.</summary>
    public int Again { get; private set; }

    /// <summary>A delivery that came before an earlier event of its key; null when there was none.</summary>
    public string? Disorder { get; private set; }

    /// <summary>Completes when every event was delivered.</summary>
    public Task All => _all.Task;

    /// <summary>Completes when so many were delivered.</summary>
    public Task Reached(int count)
    {
        lock (_gate)
        {
            if (_taken >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task;
        }
    }

    public void Take(StoredEvent stored)
    {
        var (key, number) = (stored.Event["partitionkey"]!, int.Parse(stored.Event.Id, CultureInfo.InvariantCulture));
        lock (_gate)
        {
            var next = _next.GetValueOrDefault(key);
            if (number > next) Disorder ??= $"{key}: {number} came when {next} was next";
            if (number < next) Again++;
            if (number != next) return;
            _next[key] = next + 1;
            _taken++;
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.Count <= _taken)) reached.TrySetResult();
            if (_taken == keys * each) _all.TrySetResult();
        }
    }
}
