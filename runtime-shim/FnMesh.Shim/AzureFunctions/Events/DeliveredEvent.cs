using System.Text;
using System.Text.Json;

namespace FnMesh.Shim.AzureFunctions.Events;

/// <summary>A CloudEvent as a function is to be given it.</summary>
/// <param name="Attributes">By their names, in lower case, datacontenttype and specversion among them.</param>
/// <param name="Content">What the data is.</param>
/// <param name="Data">Empty for none.</param>
internal sealed record DeliveredEvent(IReadOnlyDictionary<string, string> Attributes, EventContent Content, ReadOnlyMemory<byte> Data)
{
    public string Id => Attributes.GetValueOrDefault("id", "");

    public string Source => Attributes.GetValueOrDefault("source", "");

    public string Type => Attributes.GetValueOrDefault("type", "");

    /// <summary>The data as text; what is no text in base64.</summary>
    public string Text => Content == EventContent.Binary ? Convert.ToBase64String(Data.Span) : Encoding.UTF8.GetString(Data.Span);

    /// <summary>The whole event as one JSON object (CloudEvents JSON format).</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) WriteTo(json);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in Attributes) json.WriteString(name, value);
        switch (Content)
        {
            case EventContent.Json:
                json.WritePropertyName("data");
                json.WriteRawValue(Data.Span);
                break;
            case EventContent.Text:
                json.WriteString("data", Data.Span);
                break;
            case EventContent.Binary:
                json.WriteBase64String("data_base64", Data.Span);
                break;
        }

        json.WriteEndObject();
    }
}
