using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace FnMesh.Policy.Schemas;

/// <summary>Writes what readers asked for as JSON Schema.</summary>
/// <param name="kind">The kind whose shape it is.</param>
internal sealed class ShapeWriter(string kind)
{
    /// <summary>Maps that hold maps like themselves, by their name.</summary>
    public JsonObject Repeated { get; } = [];

    public JsonObject Write(Shape shape)
    {
        if (shape.Repeats) return Reference(shape.MapName!);
        List<JsonObject> forms = [];
        if (shape.Scalar is { } scalar) forms.Add(Scalar(scalar));
        if (shape.Item is { } item) forms.Add(List(item, shape.Filled));
        if (shape.MapName is not null) forms.Add(Map(shape));
        return forms is [var only] ? only : new JsonObject { ["anyOf"] = new JsonArray([.. forms]) };
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    private static JsonObject Scalar(ScalarShape scalar)
    {
        JsonObject schema = new() { ["type"] = scalar.Types is [var only] ? only : Strings(scalar.Types) };
        if (!scalar.Values.IsEmpty) schema["enum"] = Strings(scalar.Values);
        if (scalar.Pattern is { } pattern) schema["pattern"] = pattern;
        if (scalar.MinLength is { } length && scalar.Values.IsEmpty) schema["minLength"] = length;
        if (scalar.Minimum is { } minimum) schema["minimum"] = minimum;
        if (scalar.Above is { } above) schema["exclusiveMinimum"] = above;
        if (scalar.Maximum is { } maximum) schema["maximum"] = maximum;
        return schema;
    }

    private JsonObject List(Shape item, bool filled)
    {
        JsonObject schema = new() { ["type"] = "array", ["items"] = Write(item) };
        if (filled) schema["minItems"] = 1;
        return schema;
    }

    private JsonObject Map(Shape shape)
    {
        var name = shape.MapName is "spec" ? kind : shape.MapName!;
        JsonObject schema = new() { ["type"] = "object" };
        if (shape.Fields.Count > 0)
        {
            JsonObject properties = [];
            foreach (var (field, value) in shape.Fields) properties[field] = Described(Write(value), Words.Of(name, field), value.Scalar?.Note);
            schema["properties"] = properties;
        }

        schema["additionalProperties"] = shape.Free is { } free ? Write(free) : false;
        if (shape.Filled && shape.Free is not null) schema["minProperties"] = 1;
        if (shape.Required.Count > 0) schema["required"] = Strings([.. shape.Required]);
        if (shape.ExactlyOne is [var choice]) schema["oneOf"] = new JsonArray([.. choice.Select(field => new JsonObject { ["required"] = Strings([field]) })]);
        if (!Holds(shape, name)) return schema;
        Repeated[name] = schema;
        return Reference(name);
    }

    /// <summary>Whether a map of this name stands somewhere below.</summary>
    private static bool Holds(Shape shape, string name) => Below(shape).Any(inner => (inner.Repeats && inner.MapName == name) || Holds(inner, name));

    private static IEnumerable<Shape> Below(Shape shape) => new[] { shape.Item, shape.Free }.OfType<Shape>().Concat(shape.Fields.Values);

    private static JsonObject Described(JsonObject schema, string description, string? note)
    {
        // Beside a reference draft 7 sees nothing else.
        if (schema.ContainsKey("$ref")) schema = new JsonObject { ["allOf"] = new JsonArray((JsonNode)schema) };
        schema.Insert(0, "description", note is null ? description : $"{description} {note}");
        return schema;
    }

    private static JsonArray Strings(ImmutableArray<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
