using System.Text.Json;
using FnMesh.ScriptedWorker.Wire;
using Google.Protobuf;

namespace FnMesh.ScriptedWorker;

/// <summary>Values of a script as they travel: <c>{ "string": "x" }</c>, and so on.</summary>
internal static class Values
{
    public static TypedData Of(JsonElement value)
    {
        var property = value.EnumerateObject().Single();
        return property.Name switch
        {
            "string" => new TypedData { String = property.Value.GetString() },
            "json" => new TypedData { Json = property.Value.GetRawText() },
            "bytes" => new TypedData { Bytes = ByteString.CopyFromUtf8(property.Value.GetString()) },
            "int" => new TypedData { Int = property.Value.GetInt64() },
            "double" => new TypedData { Double = property.Value.GetDouble() },
            "texts" => new TypedData { CollectionString = new Texts { String = { property.Value.EnumerateArray().Select(text => text.GetString()) } } },
            "http" => new TypedData { Http = Http.Parser.ParseJson(property.Value.GetRawText()) },
            _ => new TypedData(),
        };
    }
}
