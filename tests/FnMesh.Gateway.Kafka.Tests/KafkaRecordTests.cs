using System.Text;
using Confluent.Kafka;
using FnMesh.Gateway.Tests.Broker;

namespace FnMesh.Gateway.Kafka.Tests;

/// <summary>The CloudEvents Kafka binding 1.0.2, and who is believed.</summary>
public sealed class KafkaRecordTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _other = new();
    private readonly KafkaRecord _records;

    public KafkaRecordTests() => _records = new KafkaRecord(RecordKey.Read(_directory.Path));

    public void Dispose()
    {
        _directory.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void An_event_is_written_in_binary_mode_and_keyed_by_its_partition_key()
    {
        var message = _records.Write(Some.Event("é 1", "k"));
        Assert.Equal("k", Encoding.UTF8.GetString(message.Key!));
        Assert.Equal("{}", Encoding.UTF8.GetString(message.Value!));
        Assert.Equal(("1.0", "é 1", "application/json"), (Header(message, "ce_specversion"), Header(message, "ce_id"), Header(message, "content-type")));
        Assert.DoesNotContain(message.Headers, static header => header.Key == "ce_datacontenttype");
        Assert.Equal("/tests 2", Encoding.UTF8.GetString(_records.Write(Some.Event("2")).Key!));
    }

    [Fact]
    public void A_gateway_with_the_key_believes_the_principal_of_another_and_one_without_it_does_not()
    {
        var message = _records.Write(Some.Event("1", "k"));
        Assert.Equal("spiffe://shop.local/ns/default/app/orders", Read(_records, message).Principal);
        Assert.Equal("spiffe://shop.local/ns/default/app/orders", Read(new KafkaRecord(RecordKey.Read(_directory.Path)), message).Principal);
        var stranger = Read(new KafkaRecord(RecordKey.Read(_other.Path)), message);
        Assert.Equal(("anonymous", "1"), (stranger.Principal, stranger.Id));
    }

    [Fact]
    public void Who_changes_anything_of_a_record_or_moves_its_proof_is_anonymous()
    {
        var message = _records.Write(Some.Event("1", "k"));
        Assert.Equal("anonymous", Read(_records, With(message, "ce_type", "other")).Principal);
        Assert.Equal("anonymous", Read(_records, With(message, "ce_added", "x")).Principal);
        message.Value = "[]"u8.ToArray();
        Assert.Equal("anonymous", Read(_records, message).Principal);
        var forged = _records.Write(Some.Event("2", "k"));
        forged.Headers.Remove("fnmesh-origin");
        forged.Headers.Add("fnmesh-origin", [.. new byte[32], .. "spiffe://shop.local/ns/default/app/orders\n00-1-1-01\n\n"u8]);
        Assert.Equal("anonymous", Read(_records, forged).Principal);
    }

    [Fact]
    public void An_event_in_structured_mode_is_read()
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Value = """{"specversion":"1.0","id":"7","source":"/s","type":"t","data":{"a":1}}"""u8.ToArray(),
            Headers = [new Header("content-type", "application/cloudevents+json; charset=utf-8"u8.ToArray())],
        };
        var read = Read(_records, message);
        Assert.Equal(("7", "t", "anonymous", """{"a":1}"""), (read.Id, read.Type, read.Principal, Encoding.UTF8.GetString(read.Data.Span)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ce_id", "only an id")]
    [InlineData("content-type", "application/cloudevents+json")]
    public void What_is_no_CloudEvent_becomes_an_event_that_tells_where_it_was(string? header, string? value)
    {
        var message = new Message<byte[]?, byte[]?> { Key = [0xff, 1], Value = "raw"u8.ToArray(), Headers = [], Timestamp = new Timestamp(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)) };
        if (header is not null) message.Headers.Add(header, Encoding.UTF8.GetBytes(value!));
        var read = Read(_records, message);
        Assert.Equal(("3-42", "/kafka/events", KafkaRecord.RawType, "ff01", "2026-01-02T03:04:05.000Z"), (read.Id, read.Source, read.Type, read["partitionkey"], read["time"]));
        Assert.Equal(("anonymous", "raw"), (read.Principal, Encoding.UTF8.GetString(read.Data.Span)));
    }

    private static FnMesh.Gateway.Events.EventRecord Read(KafkaRecord records, Message<byte[]?, byte[]?> message) => records.Read("events", 3, 42, message);

    private static Message<byte[]?, byte[]?> With(Message<byte[]?, byte[]?> message, string name, string value)
    {
        var headers = new Headers();
        foreach (var header in message.Headers.Where(header => header.Key != name)) headers.Add(header.Key, header.GetValueBytes());
        headers.Add(name, Encoding.UTF8.GetBytes(value));
        return new() { Key = message.Key, Value = message.Value, Headers = headers };
    }

    private static string Header(Message<byte[]?, byte[]?> message, string name) => Encoding.UTF8.GetString(message.Headers.GetLastBytes(name));
}
