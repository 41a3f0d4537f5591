using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using FnMesh.Gateway.Events;
using SdkMode = CloudNative.CloudEvents.ContentMode;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>What the CloudEvents SDK for C# writes is read here, and what is written here the SDK reads, attribute for attribute and byte for byte.</summary>
public class SdkRoundTripTests
{
    private const int Rounds = 1000;

    private static readonly ImmutableArray<CloudEventAttribute> Extensions =
    [
        CloudEventAttribute.CreateExtension("extbinary", CloudEventAttributeType.Binary),
        CloudEventAttribute.CreateExtension("extboolean", CloudEventAttributeType.Boolean),
        CloudEventAttribute.CreateExtension("extinteger", CloudEventAttributeType.Integer),
        CloudEventAttribute.CreateExtension("extstring", CloudEventAttributeType.String),
        CloudEventAttribute.CreateExtension("extreference", CloudEventAttributeType.UriReference),
        CloudEventAttribute.CreateExtension("exttime", CloudEventAttributeType.Timestamp),
        CloudEventAttribute.CreateExtension("exturi", CloudEventAttributeType.Uri),
        CloudEventAttribute.CreateExtension("partitionkey", CloudEventAttributeType.String),
    ];

    private static readonly JsonEventFormatter Formatter = new();

    [Theory]
    [InlineData(SdkMode.Binary, 1)]
    [InlineData(SdkMode.Structured, 2)]
    public async Task What_the_SDK_writes_is_read_and_written_back_the_same(SdkMode mode, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var sent = Generate(random);
            using var content = sent.ToHttpContent(mode, Formatter);
            var body = await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            var headers = content.Headers.NonValidated.Select(h => KeyValuePair.Create(h.Key, h.Value.ToString())).ToList();
            var parsed = CloudEventReader.Read(content.Headers.ContentType?.ToString(), headers, body, EventLimits.Default).Single();

            Same(sent, parsed);
            Same(sent, parsed.Data.ToArray());
            await The_SDK_reads_it(sent, parsed.Record());
        }
    }

    [Fact]
    public async Task A_batch_of_the_SDK_is_read_in_order()
    {
        var random = new Random(3);
        var sent = Enumerable.Range(0, 100).Select(_ => Generate(random)).ToList();
        using var content = sent.ToHttpContent(Formatter);
        var body = await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var reading = CloudEventReader.Read(content.Headers.ContentType!.ToString(), [], body, EventLimits.Default);
        Assert.Null(reading.Fault);
        Assert.Equal(sent.Count, reading.Events.Count);
        foreach (var (one, parsed) in sent.Zip(reading.Events)) Same(one, parsed);
    }

    private static async Task The_SDK_reads_it(CloudEvent sent, EventRecord record)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://x/");
        CloudEventWriter.WriteBinary(record, request);
        Same(await request.ToCloudEventAsync(Formatter, Extensions), record);

        var structured = EventWriterTests.Structured(record);
        var decoded = Formatter.DecodeStructuredModeMessage(structured, new("application/cloudevents+json"), Extensions);
        Same(decoded, record);
        var again = Reading.Json(structured).Single();
        Assert.Equal(record.Attributes, again.Attributes);
        Same(sent, again.Data.ToArray());
    }

    private static void Same(CloudEvent expected, ParsedEvent parsed) => Same(expected, parsed.Record());

    private static void Same(CloudEvent expected, EventRecord record)
    {
        var attributes = expected.GetPopulatedAttributes().ToDictionary(a => a.Key.Name, a => a.Key.Format(a.Value));
        // Content of the SDK says what JSON data implies; the SDK's own object leaves it out.
        if (!attributes.ContainsKey("datacontenttype") && record["datacontenttype"] == "application/json") attributes["datacontenttype"] = "application/json";
        Assert.Equal(attributes.OrderBy(a => a.Key, StringComparer.Ordinal), record.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
    }

    private static void Same(CloudEvent sent, byte[] data)
    {
        switch (sent.Data)
        {
            case null:
                Assert.Empty(data);
                break;
            case byte[] bytes:
                Assert.Equal(bytes, data);
                break;
            case string text when sent.DataContentType!.StartsWith("text/", StringComparison.Ordinal):
                Assert.Equal(text, Encoding.UTF8.GetString(data));
                break;
            default:
                Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(sent.Data), JsonDocument.Parse(data).RootElement));
                break;
        }
    }

    private static CloudEvent Generate(Random random)
    {
        var sent = new CloudEvent(CloudEventsSpecVersion.V1_0, Extensions)
        {
            Id = Text(random),
            Source = new Uri(Pick(random, "/s", "urn:x:%20", "https://host.example:8443/a/b;c?d=e&f=%C3%A9#g", "a/b:c", "1-555-123-4567"), UriKind.RelativeOrAbsolute),
            Type = Text(random),
        };
        if (random.Next(2) == 0) sent.Subject = Text(random);
        if (random.Next(2) == 0) sent.Time = Time(random);
        if (random.Next(2) == 0) sent.DataSchema = new Uri("https://schemas.example/%7Bx%7D?y=1");
        if (random.Next(2) == 0) sent["extbinary"] = Bytes(random);
        if (random.Next(2) == 0) sent["extboolean"] = random.Next(2) == 0;
        if (random.Next(2) == 0) sent["extinteger"] = random.Next(3) switch { 0 => int.MinValue, 1 => int.MaxValue, _ => random.Next(-1000, 1000) };
        if (random.Next(2) == 0) sent["extstring"] = Text(random);
        if (random.Next(2) == 0) sent["extreference"] = new Uri("../up?x", UriKind.Relative);
        if (random.Next(2) == 0) sent["exttime"] = Time(random);
        if (random.Next(2) == 0) sent["exturi"] = new Uri("https://x.example/");
        if (random.Next(2) == 0) sent["partitionkey"] = Text(random);
        (sent.DataContentType, sent.Data) = random.Next(6) switch
        {
            0 => (null, null),
            1 => ("application/octet-stream", (object)Bytes(random)),
            2 => ("text/plain; charset=utf-8", Text(random)),
            3 => ("application/json", new Dictionary<string, object> { [Text(random)] = Text(random), ["n"] = random.Next(), ["a"] = new[] { 1.5, 2 } }),
            4 => ("application/vnd.shop+json; charset=utf-8", Text(random)),
            _ => ("text/xml", $"<x>{Text(random)}</x>"),
        };
        return sent;
    }

    /// <summary>Every kind of character that an attribute may hold, those above all that headers, JSON or percent-encoding treat specially.</summary>
    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var length = random.Next(1, 24); length > 0; length--)
        {
            text.Append(new Rune(random.Next(8) switch
            {
                0 => random.Next(0x20, 0x7F),
                1 => Pick(random, ' ', '"', '%', '\\', ',', ';', '\'', '(', '<', '&', '='),
                2 => random.Next(0xA0, 0x800),
                3 => random.Next(0x800, 0xD800),
                4 => random.Next(0xE000, 0xFDD0),
                5 => random.Next(0x10000, 0x1FFFE),
                6 => Pick(random, 0x202E, 0x2028, 0x200D, 0xFEFF, 0xFFFD, 0x0301, 0x10FFFD, 0x1F600, 0xE0001),
                _ => random.Next('0', '9' + 1),
            }));
        }

        return text.ToString();
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(1, 20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static DateTimeOffset Time(Random random) =>
        new(2026, random.Next(1, 13), random.Next(1, 29), random.Next(24), random.Next(60), random.Next(60), random.Next(1000), TimeSpan.FromMinutes(random.Next(-840, 841)));

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
