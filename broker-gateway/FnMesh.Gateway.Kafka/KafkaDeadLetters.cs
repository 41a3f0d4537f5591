using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// The dead-letter topic: each record is the event as it was, with a header that says why. All are in partition 0, so that their order is the order in which they were given up; a letter's id is its offset and one.
/// A letter that was redriven or discarded is named by a record behind it, which is kept longer than the letter itself.
/// </summary>
internal sealed class KafkaDeadLetters(KafkaBrokerOptions options, KafkaRecord records, RecordProducer producer, RecordReader reader) : IDisposable
{
    private const string ReasonHeader = "fnmesh-dead-letter", GoneHeader = "fnmesh-dead-letters-gone";
    private const int AtOnce = 500;
    private const long MaxBytes = 16 << 20;

    private readonly TopicPartition _place = new(options.DeadLetterTopic, 0);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<long> _gone = [];
    private long _looked;

    public Task<TopicPartitionOffset> WriteAsync(DeadLetter letter)
    {
        var message = records.Write(letter.Event);
        message.Headers.Add(ReasonHeader, JsonSerializer.SerializeToUtf8Bytes(DeadLetterReason.Of(letter), DeadLetterJson.Default.DeadLetterReason));
        return producer.WriteAsync(_place, message);
    }

    /// <summary>Looks from the newest back, or from a letter on, as far as it takes.</summary>
    public async ValueTask<Page<DeadLetter>> ListAsync(DeadLetterQuery query, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await LookAsync(cancel);
            return query.After is null ? await BackAsync(query, cancel) : await OnAsync(query, query.After.Value, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes letters. Of two gateways that remove one at the same time both may find it there: then its event is in the log again twice, and never not at all.</summary>
    /// <param name="letters">Their ids.</param>
    /// <param name="before">What is to be stored before they are gone, of those that are there.</param>
    /// <returns>Those that were there.</returns>
    public async Task<IReadOnlySet<long>> RemoveAsync(IReadOnlyList<long> letters, Func<IReadOnlySet<long>, Task> before)
    {
        await _turn.WaitAsync();
        try
        {
            await LookAsync(CancellationToken.None);
            HashSet<long> there = [];
            foreach (var id in letters.Distinct())
            {
                if (await BackAsync(new DeadLetterQuery(1, Id: id), CancellationToken.None) is { Items.Count: 1 }) there.Add(id);
            }

            await before(there);
            if (there.Count == 0) return there;
            await producer.WriteAsync(_place, new() { Headers = [new Header(GoneHeader, OffsetSet.Write(there))] });
            _gone.UnionWith(there);
            return there;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Learns which letters are gone, from where it last looked on.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await reader.ReadAsync(_place, _looked, null, AtOnce, MaxBytes, cancel);
            foreach (var record in read)
            {
                if (record.Message.Headers is { } headers && headers.TryGetLastBytes(GoneHeader, out var gone)) _gone.UnionWith(Gone(record, gone));
            }

            if (read.Count == 0) return;
            _looked = read[^1].Offset + 1;
        }
    }

    private static HashSet<long> Gone(ConsumeResult<byte[]?, byte[]?> record, byte[] gone)
    {
        try
        {
            return OffsetSet.Read(gone);
        }
        catch (FormatException damaged)
        {
            throw new BrokerException($"offset {record.Offset.Value} of {record.Topic} was not written by a gateway ('{Encoding.UTF8.GetString(gone)}' in {GoneHeader}); see who else may write to that topic", damaged);
        }
    }

    private async Task<Page<DeadLetter>> BackAsync(DeadLetterQuery query, CancellationToken cancel)
    {
        var ends = await reader.EndsAsync(_place, cancel);
        var before = Math.Min(query.Before is { } id ? id - 1 : long.MaxValue, ends.High.Value);
        if (query.Id is { } only) before = Math.Min(before, only);
        List<DeadLetter> found = [];
        var bytes = 0L;
        while (before > ends.Low.Value && (query.Id is not { } wanted || before >= wanted))
        {
            var from = query.Id is null ? Math.Max(ends.Low.Value, before - AtOnce) : before - 1;
            var read = await reader.ReadAsync(_place, from, before, AtOnce, long.MaxValue, cancel);
            foreach (var result in Enumerable.Reverse(read))
            {
                if (Letter(result, query) is not { } letter) continue;
                if (IsFull(query, found, bytes, letter)) return new(found, found[^1].Id);
                bytes += EventSize.Of(letter.Event);
                found.Add(letter);
            }

            before = from;
            if (query.Id is not null) break;
        }

        return new(found, null);
    }

    private async Task<Page<DeadLetter>> OnAsync(DeadLetterQuery query, long after, CancellationToken cancel)
    {
        List<DeadLetter> found = [];
        var bytes = 0L;
        for (var from = Math.Max(0, after); ;)
        {
            var read = await reader.ReadAsync(_place, from, null, AtOnce, MaxBytes, cancel);
            if (read.Count == 0) return new(found, null);
            foreach (var result in read)
            {
                if (Letter(result, query) is not { } letter) continue;
                if (IsFull(query, found, bytes, letter)) return new(found, found[^1].Id);
                bytes += EventSize.Of(letter.Event);
                found.Add(letter);
            }

            from = read[^1].Offset + 1;
        }
    }

    private static bool IsFull(DeadLetterQuery query, List<DeadLetter> found, long bytes, DeadLetter next) =>
        found.Count == query.Limit || (found.Count > 0 && bytes + EventSize.Of(next.Event) > MaxBytes);

    /// <summary>Null when it is none, when it is gone or when the query does not want it.</summary>
    private DeadLetter? Letter(ConsumeResult<byte[]?, byte[]?> result, DeadLetterQuery query)
    {
        if (_gone.Contains(result.Offset + 1) || result.Message.Headers is null || !result.Message.Headers.TryGetLastBytes(ReasonHeader, out var reason)) return null;
        try
        {
            var letter = JsonSerializer.Deserialize(reason, DeadLetterJson.Default.DeadLetterReason)?.With(result.Offset + 1, records.Read(result.Topic, result.Partition, result.Offset, result.Message));
            return letter is not null && (query.Subscription ?? letter.Subscription) == letter.Subscription ? letter : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
