namespace FnMesh.Gateway.Broker.Embedded;

/// <summary>One string for each name that nearly every event carries, so that reading the log makes no new ones.</summary>
internal static class AttributeNames
{
    public static string? Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => "id",
        4 when name.SequenceEqual("type"u8) => "type",
        4 when name.SequenceEqual("time"u8) => "time",
        6 when name.SequenceEqual("source"u8) => "source",
        7 when name.SequenceEqual("subject"u8) => "subject",
        10 when name.SequenceEqual("dataschema"u8) => "dataschema",
        12 when name.SequenceEqual("partitionkey"u8) => "partitionkey",
        15 when name.SequenceEqual("datacontenttype"u8) => "datacontenttype",
        16 when name.SequenceEqual("application/json"u8) => "application/json",
        _ => null,
    };
}
