using System.Text.Json;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>The dead-letter topic: each record is the event as it was, with a header that says why. All are in partition 0, so that their order is the order in which they were given up.</summary>
internal sealed class KafkaDeadLetters(KafkaBrokerOptions options, KafkaRecord records, RecordProducer producer, RecordReader reader)
{
    private const string ReasonHeader = "fnmesh-dead-letter";
    private const int AtOnce = 500;
    private const long MaxBytes = 16 << 20;

    private readonly TopicPartition _place = new(options.DeadLetterTopic, 0);

    public Task<TopicPartitionOffset> WriteAsync(DeadLetter letter)
    {
        var message = records.Write(letter.Event);
        message.Headers.Add(ReasonHeader, JsonSerializer.SerializeToUtf8Bytes(DeadLetterReason.Of(letter), DeadLetterJson.Default.DeadLetterReason));
        return producer.WriteAsync(_place, message);
    }

    /// <summary>Looks from the newest back, as far as it takes; a letter's id is its offset and one.</summary>
    public async ValueTask<Page<DeadLetter>> ListAsync(DeadLetterQuery query, CancellationToken cancel)
    {
        var ends = await reader.EndsAsync(_place, cancel);
        var before = Math.Min(query.Before is { } id ? id - 1 : long.MaxValue, ends.High.Value);
        if (query.Id is { } only) before = Math.Min(before, only);
        List<DeadLetter> found = [];
        var bytes = 0L;
        while (before > ends.Low.Value && (query.Id is not { } wanted || before >= wanted))
        {
            var from = query.Id is null ? Math.Max(ends.Low.Value, before - AtOnce) : before - 1;
            var read = await reader.ReadAsync(_place, from, before, AtOnce, cancel);
            foreach (var result in Enumerable.Reverse(read))
            {
                if (Letter(result) is not { } letter || (query.Subscription ?? letter.Subscription) != letter.Subscription) continue;
                if (found.Count == query.Limit || (found.Count > 0 && bytes + EventSize.Of(letter.Event) > MaxBytes)) return new(found, found[^1].Id);
                bytes += EventSize.Of(letter.Event);
                found.Add(letter);
            }

            before = from;
            if (query.Id is not null) break;
        }

        return new(found, null);
    }

    private DeadLetter? Letter(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (result.Message.Headers is null || !result.Message.Headers.TryGetLastBytes(ReasonHeader, out var reason)) return null;
        try
        {
            return JsonSerializer.Deserialize(reason, DeadLetterJson.Default.DeadLetterReason)?.With(result.Offset + 1, records.Read(result.Topic, result.Partition, result.Offset, result.Message));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
