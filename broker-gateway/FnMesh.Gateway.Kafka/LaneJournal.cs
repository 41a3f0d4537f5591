using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// What a group's committed offset cannot say of a lane: which events are parked, and which were settled ahead. It is kept in the compacted progress topic.
/// A new owner reads it, writes what still holds in its own name, and then claims the lane; what a former owner writes from then on is ignored.
/// </summary>
internal sealed class LaneJournal(RecordReader reader, RecordProducer producer, TopicPartition place, string subscription, int lane)
{
    private const int AtOnce = 10_000, Tries = 3;

    private string _claim = "";

    /// <summary>Makes an owner of whoever asks.</summary>
    /// <param name="claim">Gives names of claims, each unlike all others.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BrokerException">It cannot be read or written, or others claim the lane again and again.</exception>
    public async Task<(List<ParkedEvent> Parked, HashSet<long> Ahead)> ClaimAsync(Func<string> claim, CancellationToken cancel)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var state = new JournalState(subscription, lane);
            var next = await ReadAsync(state, 0, null, cancel);
            var (owner, before) = (claim(), state.Claim);
            List<Task> writing = [.. state.Parked.Select(parked => WriteAsync(JournalKey.Parked, owner, parked.Key, parked.Value))];
            if (!state.Ahead.IsEmpty) writing.Add(WriteAsync(JournalKey.Ahead, owner, 0, state.Ahead.ToArray()));
            await Task.WhenAll(writing);
            var (parked, ahead) = (Parked(state), Ahead(state));
            var claimed = await WriteAsync(JournalKey.Claimed, owner, 0, Encoding.UTF8.GetBytes(before ?? ""));
            await ReadAsync(state, next, claimed.Offset + 1, cancel);
            if (state.Claim != owner) continue;

            _claim = owner;
            // Nobody waits for it: what is left over is removed by the next owner.
            foreach (var old in state.Old(owner)) _ = producer.WriteAsync(place, new() { Key = old.Write(), Value = null });
            return (parked, ahead);
        }

        throw new BrokerException($"partition {lane} of subscription '{subscription}' was claimed by others {Tries} times while this gateway took it over");
    }

    /// <summary>Records what changed. Completes when all of it is stored.</summary>
    /// <param name="parked">Events that are parked now.</param>
    /// <param name="settled">Offsets that were parked and are settled.</param>
    /// <param name="ahead">All that is settled ahead; null when it did not change.</param>
    public Task WriteAsync(IEnumerable<ParkedEvent> parked, IEnumerable<long> settled, IReadOnlySet<long>? ahead)
    {
        List<Task> writing = [.. parked.Select(item => WriteAsync(JournalKey.Parked, _claim, item.Offset, JsonSerializer.SerializeToUtf8Bytes(item, ParkedJson.Default.ParkedEvent)))];
        writing.AddRange(settled.Select(offset => WriteAsync(JournalKey.Parked, _claim, offset, null)));
        if (ahead is not null) writing.Add(WriteAsync(JournalKey.Ahead, _claim, 0, OffsetSet.Write(ahead)));
        return Task.WhenAll(writing);
    }

    private List<ParkedEvent> Parked(JournalState state)
    {
        try
        {
            return [.. state.Parked.OrderBy(static item => item.Key).Select(static item => JsonSerializer.Deserialize(item.Value, ParkedJson.Default.ParkedEvent)!)];
        }
        catch (JsonException damaged)
        {
            throw Damaged(damaged);
        }
    }

    private HashSet<long> Ahead(JournalState state)
    {
        try
        {
            return OffsetSet.Read(state.Ahead);
        }
        catch (FormatException damaged)
        {
            throw Damaged(damaged);
        }
    }

    private BrokerException Damaged(Exception cause) =>
        new($"what {place} says of subscription '{subscription}' was not written by a gateway ({cause.Message}); see who else may write to that topic", cause);

    private Task<TopicPartitionOffset> WriteAsync(char kind, string owner, long offset, byte[]? value) =>
        producer.WriteAsync(place, new() { Key = new JournalKey(subscription, lane, kind, owner, offset).Write(), Value = value });

    /// <returns>The offset after the last that was read.</returns>
    private async Task<long> ReadAsync(JournalState state, long from, long? before, CancellationToken cancel)
    {
        while (true)
        {
            var records = await reader.ReadAsync(place, from, before, AtOnce, long.MaxValue, cancel);
            foreach (var record in records) state.Read(record.Message.Key, record.Message.Value);
            if (records.Count > 0) from = records[^1].Offset + 1;
            if (records.Count < AtOnce) return from;
        }
    }
}
