using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>Makes CloudEvents of what a function puts out; an array means several.</summary>
/// <param name="app">The app's name.</param>
/// <param name="time">When they happened, where they do not say so.</param>
internal sealed class OutputEvents(string app, TimeProvider time)
{
    private const string Json = "application/json";

    /// <param name="function">The function.</param>
    /// <param name="done">What it answered.</param>
    /// <param name="cause">The event that it ran for, so that a repetition gives its events the same ids; null where there is none.</param>
    /// <exception cref="FormatException">A value makes no event; the message names the output and the mend.</exception>
    public IReadOnlyList<JsonObject> Of(IndexedFunction function, InvocationResponse done, DeliveredEvent? cause)
    {
        var events = new List<JsonObject>();
        foreach (var output in function.Outputs)
        {
            var value = output.Binding == EventOutput.Returned ? done.ReturnValue : done.OutputData.FirstOrDefault(one => one.Name.Equals(output.Binding, StringComparison.OrdinalIgnoreCase))?.Data;
            foreach (var one in ValuesOf(value))
            {
                var made = Make(output, one);
                Complete(made, function, output, cause, events.Count);
                events.Add(made);
            }
        }

        return events;
    }

    private static IEnumerable<OutputValue> ValuesOf(TypedData? value)
    {
        switch (value?.DataCase)
        {
            case TypedData.DataOneofCase.Json:
                var json = JsonNode.Parse(value.Json);
                return json switch
                {
                    null => [],
                    JsonArray several => [.. several.Where(one => one is not null).Select(one => new OutputValue(one!.DeepClone(), Json))],
                    _ => [new OutputValue(json, Json)],
                };
            case TypedData.DataOneofCase.String:
                return [OfText(value.String)];
            case TypedData.DataOneofCase.CollectionString:
                return value.CollectionString.String.Select(OfText);
            case TypedData.DataOneofCase.Bytes:
                return [OfBytes(value.Bytes.Span)];
            case TypedData.DataOneofCase.CollectionBytes:
                return value.CollectionBytes.Bytes.Select(bytes => OfBytes(bytes.Span)).ToArray();
            case TypedData.DataOneofCase.Int:
                return [new OutputValue(JsonValue.Create(value.Int), Json)];
            case TypedData.DataOneofCase.Double:
                return [new OutputValue(JsonValue.Create(value.Double), Json)];
            case TypedData.DataOneofCase.CollectionSint64:
                return value.CollectionSint64.Sint64.Select(number => new OutputValue(JsonValue.Create(number), Json));
            case TypedData.DataOneofCase.CollectionDouble:
                return value.CollectionDouble.Double.Select(number => new OutputValue(JsonValue.Create(number), Json));
            case null or TypedData.DataOneofCase.None or TypedData.DataOneofCase.Http:
                return [];
            default:
                throw new FormatException($"a value of the kind {value.DataCase} makes no event");
        }
    }

    /// <summary>Text that is a JSON object is taken for what it says: workers hand objects over in this form too.</summary>
    private static OutputValue OfText(string text)
    {
        if (text.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                return new OutputValue(JsonNode.Parse(text)!, Json);
            }
            catch (JsonException)
            {
                // It only begins like one.
            }
        }

        return new OutputValue(JsonValue.Create(text)!, "text/plain; charset=utf-8");
    }

    private static OutputValue OfBytes(ReadOnlySpan<byte> bytes) => new(JsonValue.Create(Convert.ToBase64String(bytes))!, "application/octet-stream", IsBase64: true);

    private static JsonObject Make(EventOutput output, OutputValue value)
    {
        if (value.Value is JsonObject known && Find(known, "specversion") is not null)
        {
            // As it is; names of attributes are in lower case, whatever the worker's serializer made of them.
            return new JsonObject(known.Select(property => KeyValuePair.Create(property.Key.ToLowerInvariant(), property.Value?.DeepClone())));
        }

        if (output.Form == OutputForm.EventGrid && value.Value is JsonObject grid && Find(grid, "eventType") is { } gridType) return OfEventGrid(grid, gridType);
        var made = new JsonObject { ["specversion"] = "1.0", ["type"] = output.Type ?? throw new FormatException($"the output '{output.Binding}' holds no CloudEvent, and names no eventType for one that is made of it") };
        if (output.Source is { } source) made["source"] = source;
        if (output.Form == OutputForm.Kafka && value.Value is JsonObject record && Find(record, "Value") is { } inner && record.All(property => IsOfRecord(property.Key)))
        {
            if (Find(record, "Key") is { } key) made["partitionkey"] = Text(key);
            value = inner.GetValueKind() == JsonValueKind.String ? OfText(inner.GetValue<string>()) : new OutputValue(inner.DeepClone(), Json);
        }

        made["datacontenttype"] = value.ContentType;
        made[value.IsBase64 ? "data_base64" : "data"] = value.Value;
        return made;
    }

    private static JsonObject OfEventGrid(JsonObject grid, JsonNode type)
    {
        var made = new JsonObject { ["specversion"] = "1.0", ["type"] = Text(type), ["datacontenttype"] = Json, ["data"] = Find(grid, "data")?.DeepClone() };
        foreach (var (theirs, ours) in (ReadOnlySpan<(string, string)>)[("id", "id"), ("subject", "subject"), ("topic", "source"), ("eventTime", "time")])
        {
            if (Find(grid, theirs) is { } value && Text(value).Length > 0) made[ours] = Text(value);
        }

        return made;
    }

    private void Complete(JsonObject made, IndexedFunction function, EventOutput output, DeliveredEvent? cause, int place)
    {
        if (made["source"] is null) made["source"] = $"/apps/{app}/functions/{function.Name}";
        if (made["time"] is null) made["time"] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        if (made["id"] is null) made["id"] = cause is null ? RandomId.Next() : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cause.Source}\n{cause.Id}\n{function.Name}\n{output.Binding}\n{place}")).AsSpan(0, 16));
    }

    private static bool IsOfRecord(string name) => name.ToUpperInvariant() is "OFFSET" or "PARTITION" or "TOPIC" or "TIMESTAMP" or "VALUE" or "KEY" or "HEADERS";

    private static JsonNode? Find(JsonObject json, string name) => json.FirstOrDefault(property => property.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string Text(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    private sealed record OutputValue(JsonNode Value, string ContentType, bool IsBase64 = false);
}
