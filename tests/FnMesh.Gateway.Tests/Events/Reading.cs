using System.Text;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Events;

/// <summary>Short ways to say what is read.</summary>
internal static class Reading
{
    public static readonly (string Name, string Value)[] Required =
        [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t")];

    public static EventReading Binary(string? contentType, string body, params (string Name, string Value)[] headers) =>
        CloudEventReader.Read(contentType, Pairs(headers), Encoding.UTF8.GetBytes(body), EventLimits.Default);

    public static EventReading BinaryWith(params (string Name, string Value)[] more) => Binary(null, "", [.. Required, .. more]);

    public static EventReading Json(string body, EventLimits? limits = null) => Json(Encoding.UTF8.GetBytes(body), limits);

    public static EventReading Json(byte[] body, EventLimits? limits = null) =>
        CloudEventReader.Read("application/cloudevents+json", [], body, limits ?? EventLimits.Default);

    /// <summary>The required members, and more of them.</summary>
    public static EventReading JsonWith(string more) => Json($$"""{"specversion":"1.0","id":"1","source":"/s","type":"t",{{more}}}""");

    public static EventReading Batch(string body, EventLimits? limits = null) =>
        CloudEventReader.Read("application/cloudevents-batch+json", [], Encoding.UTF8.GetBytes(body), limits ?? EventLimits.Default);

    public static ParsedEvent Single(this EventReading reading)
    {
        Assert.Null(reading.Fault);
        return Assert.Single(reading.Events);
    }

    public static string Text(this ParsedEvent parsed) => Encoding.UTF8.GetString(parsed.Data.Span);

    public static EventRecord Record(params (string Name, string Value)[] attributes) => new()
    {
        Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Name, a.Value))],
        Data = default,
        Principal = "anonymous",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    public static EventRecord Record(this ParsedEvent parsed) => parsed.ToRecord("anonymous", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    public static KeyValuePair<string, string>[] Pairs((string Name, string Value)[] headers) =>
        [.. headers.Select(h => KeyValuePair.Create(h.Name, h.Value))];
}
