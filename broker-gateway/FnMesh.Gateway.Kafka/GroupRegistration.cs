using Confluent.Kafka;
using FnMesh.Gateway.Broker;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Kafka;

/// <summary>Where a group begins.</summary>
internal sealed class GroupRegistration(KafkaConnection kafka, GroupPlaces places, KafkaGroup group)
{
    /// <summary>Gives every partition in which the group has no place yet one: its end where nothing else is said.</summary>
    /// <exception cref="BrokerException">Kafka does not answer, or cannot begin there.</exception>
    public async Task RegisterAsync(StartEntry? start, CancellationToken cancel)
    {
        if (start?.Offset is not null) throw new BrokerException($"subscription '{group.Subscription}' cannot begin at an offset: each partition of {places.Topics[0]} has offsets of its own; write 'earliest', 'latest' or a time");
        if (await MissingAsync(cancel) is not { Count: > 0 } missing) return;
        List<TopicPartition> read = [.. missing.Where(places.IsRead)];
        var begin = read.Count == 0 ? [] : start?.Time is { } time ? await kafka.Reader.FindAsync(read, time, cancel) : await EndsAsync(read, start?.IsEarliest == true, cancel);
        // What stands in the log beside its topic is nothing to it, but for what is replayed from now on.
        begin.AddRange(await EndsAsync([.. missing.Except(read)], isEarliest: false, cancel));
        try
        {
            await group.AskAsync(consumer =>
            {
                consumer.Commit(begin);
                return true;
            }, "its place is not stored", cancel);
        }
        catch (BrokerException)
        {
            // Another gateway may register it at the same moment.
            if ((await MissingAsync(cancel)).Count > 0) throw;
            return;
        }

        kafka.Log.Registered(group.Subscription, string.Join(" and ", places.Topics), string.Join(' ', begin.Select(static place => $"{place.Partition.Value}:{place.Offset.Value}")));
    }

    private Task<List<TopicPartition>> MissingAsync(CancellationToken cancel) => group.AskAsync(consumer => consumer.Committed(places.All, kafka.Options.Timeout)
        .Where(static place => place.Offset == Offset.Unset).Select(static place => place.TopicPartition).ToList(), "its place is not known", cancel);

    private async Task<List<TopicPartitionOffset>> EndsAsync(List<TopicPartition> asked, bool isEarliest, CancellationToken cancel)
    {
        List<TopicPartitionOffset> ends = [];
        foreach (var place in asked)
        {
            var known = await kafka.Reader.EndsAsync(place, cancel);
            ends.Add(new(place, isEarliest ? known.Low : known.High));
        }

        return ends;
    }
}
