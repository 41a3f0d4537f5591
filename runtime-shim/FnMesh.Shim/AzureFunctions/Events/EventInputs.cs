using System.Text;
using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using Google.Protobuf;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>Makes of events what a worker is given for them: by the data type that the function asks for, else JSON as JSON, text as text and bytes as bytes.</summary>
internal static class EventInputs
{
    /// <param name="trigger">The function's.</param>
    /// <param name="events">At least one; exactly one where the function takes one at a time.</param>
    /// <param name="collections">Whether the worker knows collections; otherwise a batch is one JSON array.</param>
    public static TypedData Of(EventTrigger trigger, IReadOnlyList<DeliveredEvent> events, bool collections)
    {
        var values = events.Select(one => ValueOf(trigger, one)).ToArray();
        if (!trigger.IsBatch) return values[0];
        if (collections && trigger.DataType == BindingInfo.Types.DataType.String) return new TypedData { CollectionString = new CollectionString { String = { values.Select(value => value.String) } } };
        if (collections && trigger.DataType == BindingInfo.Types.DataType.Binary) return new TypedData { CollectionBytes = new CollectionBytes { Bytes = { values.Select(value => value.Bytes) } } };
        return new TypedData { Json = Write(json => WriteArray(json, values)) };
    }

    /// <summary>What parameters of the function are found in besides the event.</summary>
    public static void AddMetadata(InvocationRequest invocation, EventTrigger trigger, IReadOnlyList<DeliveredEvent> events)
    {
        if (!trigger.IsBatch)
        {
            foreach (var (name, value) in Metadata(trigger, events[0])) invocation.TriggerMetadata[name] = new TypedData { String = value };
            if (trigger.Form == EventForm.EventGrid && events[0].Content == EventContent.Json) invocation.TriggerMetadata["data"] = new TypedData { Json = events[0].Text };
            return;
        }

        var all = events.Select(one => Metadata(trigger, one).ToDictionary()).ToArray();
        foreach (var name in all.SelectMany(one => one.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            invocation.TriggerMetadata[$"{name}Array"] = new TypedData { Json = Write(json => WriteArray(json, all.Select(one => one.TryGetValue(name, out var value) ? new TypedData { String = value } : new TypedData()))) };
        }
    }

    private static TypedData ValueOf(EventTrigger trigger, DeliveredEvent one)
    {
        var isBinary = one.Content == EventContent.Binary;
        var isWhole = trigger.Form is EventForm.CloudEvent or EventForm.EventGrid || (trigger.Form == EventForm.Kafka && !isBinary && trigger.DataType != BindingInfo.Types.DataType.Binary);
        if (isWhole)
        {
            var text = trigger.Form == EventForm.Kafka ? KafkaRecords.ToJson(one) : one.ToJson();
            return trigger.DataType switch
            {
                BindingInfo.Types.DataType.Binary => new TypedData { Bytes = ByteString.CopyFromUtf8(text) },
                BindingInfo.Types.DataType.String => new TypedData { String = text },
                _ => new TypedData { Json = text },
            };
        }

        return trigger.DataType switch
        {
            BindingInfo.Types.DataType.Binary => new TypedData { Bytes = ByteString.CopyFrom(one.Data.Span) },
            BindingInfo.Types.DataType.String => new TypedData { String = Encoding.UTF8.GetString(one.Data.Span) },
            _ => one.Content switch
            {
                EventContent.Json => new TypedData { Json = one.Text },
                EventContent.None => new TypedData { Json = "null" },
                EventContent.Text => new TypedData { String = one.Text },
                _ => new TypedData { Bytes = ByteString.CopyFrom(one.Data.Span) },
            },
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(EventTrigger trigger, DeliveredEvent one) => trigger.Form == EventForm.Kafka ? KafkaRecords.Metadata(one) : one.Attributes;

    private static void WriteArray(Utf8JsonWriter json, IEnumerable<TypedData> values)
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            switch (value.DataCase)
            {
                case TypedData.DataOneofCase.Json:
                    json.WriteRawValue(value.Json);
                    break;
                case TypedData.DataOneofCase.String:
                    json.WriteStringValue(value.String);
                    break;
                case TypedData.DataOneofCase.Bytes:
                    json.WriteBase64StringValue(value.Bytes.Span);
                    break;
                default:
                    json.WriteNullValue();
                    break;
            }
        }

        json.WriteEndArray();
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) write(json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
