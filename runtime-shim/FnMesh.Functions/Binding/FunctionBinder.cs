using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FnMesh.Functions.Binding;

/// <summary>What generated code asks for once, when the app starts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FunctionBinder
{
    private readonly JsonSerializerOptions _json;

    internal FunctionBinder(JsonSerializerOptions json) => _json = json;

    /// <summary>How the app reads and writes a type as JSON.</summary>
    /// <exception cref="NotSupportedException">The app's JSON options know no way.</exception>
    public JsonTypeInfo<T> Json<T>() => (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
}
